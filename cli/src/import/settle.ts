import type { EnvironmentView } from '@glidepath/core/change';
import { segmentsOf, validateEnvironment } from '@glidepath/core/change';
import type { EnvironmentDefinition, FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import { engines } from './clauses.ts';
import { flagFrom, viewOf } from './documents.ts';
import type { Imported, Note } from './imported.ts';

/** What was made, as far as the service takes it: the rest is put aside, and said, and so is all that leans on it. */
export function settled(draft: Imported, environments: readonly string[]): Imported {
  const work: Work = {
    flags: new Map(),
    segments: new Map(draft.segments.map((segment) => [segment.key, segment])),
    notes: [...draft.notes],
  };
  for (const flag of draft.flags) {
    const { problems } = flagFrom(flag);
    if (problems === null) work.flags.set(flag.key, flag);
    else noteFlag(work, flag.key, null, { severity: 'left-out', reason: problems, done: 'not imported' });
  }
  for (const environment of environments) {
    putAsideFaults(work, environment);
    tellDependants(work, environment);
  }
  return { flags: [...work.flags.values()], segments: [...work.segments.values()], notes: work.notes };
}

interface Work {
  readonly flags: Map<string, FlagDefinition>;
  readonly segments: Map<string, SegmentDefinition>;
  readonly notes: Note[];
}

type Told = Pick<Note, 'severity' | 'reason' | 'done'>;

function noteFlag({ notes }: Work, key: string, environment: string | null, told: Told): void {
  notes.push({ kind: 'flag', key, environment, place: '', ...told });
}

/** Until nothing is wrong any more: what leans on something that was put aside is wrong in the next round. */
function putAsideFaults(work: Work, environment: string): void {
  for (;;) {
    const view = viewOf({ flags: [...work.flags.values()], segments: [...work.segments.values()] }, environment);
    const touched = { flags: [...view.flags.keys()], segments: [...view.segments.keys()] };
    const faults = new Map<string, string>();
    for (const { pointer, detail } of validateEnvironment(view, touched, engines)) {
      const [, list, key] = pointer.split('/');
      const name = `${list}/${key}`;
      if (!faults.has(name)) faults.set(name, detail);
    }
    const isDone = [...faults]
      .map(([name, detail]) => putAside(work, view, environment, name, detail))
      .every((one) => !one);
    if (isDone) return;
  }
}

/** Whether anything was there to put aside. */
function putAside(work: Work, view: EnvironmentView, environment: string, name: string, reason: string): boolean {
  const [list, key = ''] = name.split('/');
  if (list === 'flags') return turnOff(work, key, environment, reason);
  const segment = work.segments.get(key);
  if (segment?.environments?.[environment] === undefined) return false;
  const { [environment]: _, ...others } = segment.environments;
  work.segments.set(key, { ...segment, environments: others });
  const done = 'nobody is in it, and flags that ask for it are off';
  work.notes.push({ kind: 'segment', key, environment, place: '', severity: 'left-out', reason, done });
  for (const flag of flagsAsking(view, key)) turnOff(work, flag, environment, `segment ${key} cannot be taken`);
  return true;
}

function flagsAsking({ flags, segments }: EnvironmentView, key: string): readonly string[] {
  const asked = new Set([key]);
  for (let before = 0; before < asked.size; ) {
    before = asked.size;
    for (const [name, { config }] of segments) {
      if (config.rules.some(({ clauses }) => segmentsOf(clauses).some((one) => asked.has(one)))) asked.add(name);
    }
  }
  return [...flags]
    .filter(([, { config }]) => config.rules.some(({ clauses }) => segmentsOf(clauses).some((one) => asked.has(one))))
    .map(([name]) => name);
}

/** What it would do there is not known; it serves the safe variation to all. */
function turnOff(work: Work, key: string, environment: string, reason: string): boolean {
  const flag = work.flags.get(key);
  const present = flag?.environments?.[environment];
  if (flag === undefined || present === undefined) return false;
  const { offVariation } = present;
  const off: EnvironmentDefinition = { on: false, offVariation, fallthrough: { variation: offVariation } };
  work.flags.set(key, { ...flag, environments: { ...flag.environments, [environment]: off } });
  noteFlag(work, key, environment, { severity: 'turned-off', reason, done: `off: serves ${offVariation} to all` });
  return present.on || present.rules !== undefined || present.prerequisites !== undefined;
}

/** Flags that need one that had to be turned off serve their off variation too. */
function tellDependants(work: Work, environment: string): void {
  const isOff = new Set(
    work.notes
      .filter((note) => note.kind === 'flag' && note.severity === 'turned-off' && note.environment === environment)
      .map(({ key }) => key),
  );
  for (let before = -1; before !== isOff.size; ) {
    before = isOff.size;
    for (const { key, environments } of work.flags.values()) {
      const needed = environments?.[environment]?.prerequisites?.find(({ flag }) => isOff.has(flag));
      if (needed === undefined || isOff.has(key)) continue;
      isOff.add(key);
      const reason = `its prerequisite ${needed.flag} had to be turned off`;
      noteFlag(work, key, environment, {
        severity: 'turned-off',
        reason,
        done: 'serves its off variation until that is on',
      });
    }
  }
}
