import type { FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import type { EnvironmentNames, Evaluator, Export, Note } from './imported.ts';
import { type Namer, namerOf, newNamer } from './naming.ts';
import type { Fields } from './reading.ts';

/** What an export holds of a project, as SDKs would get it. */
interface ProjectOf<F> {
  readonly features: readonly { readonly key: string }[];
  /** By environment; the only one of what is for an SDK has no name. */
  readonly environments: ReadonlyMap<string, readonly F[]>;
}

/** One translation of an export, and what it has found so far. */
export interface Translation<P> {
  readonly project: P;
  readonly keyOf: Namer;
  readonly segmentKey: Namer;
  readonly names: EnvironmentNames;
  readonly notes: Note[];
  /** Those that hold a percentage, besides theirs. */
  readonly segments: Map<string, SegmentDefinition>;
}

/** How one system is understood. */
interface Reader<F, P extends ProjectOf<F>> {
  flagFor(all: Translation<P>, feature: P['features'][number]): readonly FlagDefinition[];
  evaluatorOf(features: readonly F[]): Evaluator;
  contextOf(theirs: Fields): Fields;
}

export function exportOf<F, P extends ProjectOf<F>>(project: P, reader: Reader<F, P>): Export {
  const keyOf = namerOf(project.features);
  return {
    environments: namesIn(project.environments),
    translate(names) {
      const all: Translation<P> = { project, keyOf, segmentKey: newNamer(), names, notes: [], segments: new Map() };
      const flags = project.features.flatMap((one) => reader.flagFor(all, one));
      return { flags, segments: [...all.segments.values()], notes: all.notes };
    },
    evaluatorOf: (environment) => reader.evaluatorOf(project.environments.get(environment) ?? []),
    contextOf: (theirs) => reader.contextOf(theirs),
    keyOf,
  };
}

/** Of the environments that have one. */
export const namesIn = (environments: ReadonlyMap<string, unknown>): readonly string[] =>
  [...environments.keys()].filter((name) => name !== '');

/** Whom a context is of, where that is known. */
export const keyedBy = (id: unknown): { readonly key?: string } =>
  id === undefined || id === null || id === '' ? {} : { key: String(id) };
