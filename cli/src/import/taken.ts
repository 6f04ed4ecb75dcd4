import type { FlagDefinition } from '@glidepath/core/definition';
import { type Note, unlessUntranslatable } from './imported.ts';
import { listed } from './listed.ts';

/** One of their flags. */
interface Theirs {
  readonly name: string;
  /** What it is called here. */
  readonly key: string;
  readonly isArchived: boolean;
}

/** What becomes of a flag: it is made, or left out with the reason. */
export function taken(
  { name, key, isArchived }: Theirs,
  notes: Note[],
  make: () => FlagDefinition,
): readonly FlagDefinition[] {
  const note = (of: Pick<Note, 'severity' | 'reason' | 'done'>) =>
    void notes.push({ kind: 'flag', key, environment: null, place: '', ...of });
  const leaveOut = (reason: string) => {
    note({ severity: 'left-out', reason, done: 'not imported' });
    return [];
  };
  if (isArchived) return leaveOut('it is archived there');
  return unlessUntranslatable<readonly FlagDefinition[]>(() => {
    const made = make();
    if (key !== name)
      note({
        severity: 'changed',
        reason: `there it is called ${name}, which is not allowed here or taken but for upper and lower case`,
        done: 'applications have to ask for the key that it has here',
      });
    return [made];
  }, leaveOut);
}

/** Words about a flag, as far as they may stand here. */
export function wordsOf(description: string, tags: readonly string[]): Pick<FlagDefinition, 'description' | 'tags'> {
  const kept = [...new Set(tags)].filter((tag) => tag !== '' && tag.length <= 64).slice(0, 50);
  return { ...(description !== '' && { description: description.slice(0, 10_000) }), ...listed('tags', kept) };
}
