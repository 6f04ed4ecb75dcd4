import type { EnvironmentNames, Note } from './imported.ts';
import type { Project } from './launchdarkly-shape.ts';
import type { Namer } from './naming.ts';

/** One translation of an export, and what it has found so far. */
export interface Translation {
  readonly project: Project;
  readonly flagKey: Namer;
  readonly segmentKey: Namer;
  readonly names: EnvironmentNames;
  readonly notes: Note[];
  /** Segments that cannot be said here, by their environment. */
  readonly failed: Map<string, Set<string>>;
}

export function note(
  all: Translation,
  of: Partial<Note> & Pick<Note, 'severity' | 'kind' | 'key' | 'reason' | 'done'>,
): void {
  all.notes.push({ environment: null, place: '', ...of });
}
