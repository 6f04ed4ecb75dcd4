import type { Engines, FlagConfig, SegmentConfig } from '@glidepath/core';
import type { ChangeProblem, EnvironmentView, Touched } from '@glidepath/core/change';
import { segmentsOf, validateEnvironment, validateFlag } from '@glidepath/core/change';
import type { Clock } from '../../clock.ts';
import { brake } from './brake.ts';
import type { ChangeRequest } from './change.ts';
import { environmentView } from './environment-view.ts';
import { isGone } from './items.ts';
import { faultsOf } from './json-schema.ts';
import { problemsOfPatterns } from './pattern-limit.ts';
import type { Pause } from './pause.ts';
import type { Edited, FlagDocumentKind, Workspace } from './workspace.ts';

export interface CheckDeps {
  readonly engines: Engines;
  readonly clock: Clock;
}

/** Whether a change does nothing but stop flags: an emergency stop is never held up by what else may be wrong. */
export function isKillOnly({ changes }: ChangeRequest): boolean {
  return changes.every(
    (change) => 'instructions' in change && change.instructions.every(({ kind }) => kind === 'kill'),
  );
}

/** What is wrong with the result as a whole: its meaning, its references, its sizes, and whether SDKs can evaluate it. */
export async function problemsOfResult(
  workspace: Workspace,
  deps: CheckDeps,
  pause: Pause,
): Promise<readonly ChangeProblem[]> {
  const edited = workspace.edited().filter(({ after }) => after !== null);
  const problems: ChangeProblem[] = [];
  for (const { ref } of edited.filter(({ ref }) => ref.kind === 'flag')) {
    const flag = await workspace.flag(ref.key);
    if (flag === null) continue;
    const faults = validateFlag(flag, { jsonSchema: faultsOf });
    problems.push(...faults.map((fault) => ({ ...fault, pointer: `/flags/${ref.key}${fault.pointer}` })));
    await pause();
  }
  if (problems.length > 0) return problems;
  for (const environment of workspace.place.environments) {
    const touched = await touchedIn(workspace, edited, environment.id, deps.clock.now());
    if (touched.flags.length + touched.segments.length === 0) continue;
    const reached = await environmentView(workspace, environment, touched);
    // Whoever refers to something new may make a chain too long for those who refer to it: they must be seen too.
    const isWide = edited.some((document) => document.ref.parent === environment.id && refersToMore(document));
    const view = isWide ? await environmentView(workspace, environment, 'everything') : reached;
    problems.push(...problemsIn({ view, reached }, touched, deps));
    await pause();
  }
  return problems;
}

function refersToMore({ ref, before, after }: Edited): boolean {
  const known = new Set(referencesOf(ref.kind, before?.body ?? null));
  return referencesOf(ref.kind, after).some((reference) => !known.has(reference));
}

function referencesOf(kind: FlagDocumentKind, body: unknown): readonly string[] {
  if (body === null || (kind !== 'flag-config' && kind !== 'segment-config')) return [];
  const { rules, prerequisites = [] } = body as SegmentConfig & Partial<FlagConfig>;
  const segments = [...rules].flatMap(({ clauses }) => segmentsOf(clauses));
  return [...prerequisites.map(({ flag }) => `flag ${flag}`), ...segments.map((segment) => `segment ${segment}`)];
}

export interface Views {
  /** What the touched documents are checked against. */
  readonly view: EnvironmentView;
  /** What evaluating them needs: themselves and all that they refer to. */
  readonly reached: EnvironmentView;
}

/** What is wrong with these flags and segments of an environment. */
export function problemsIn({ view, reached }: Views, touched: Touched, deps: CheckDeps): readonly ChangeProblem[] {
  const tooMany = problemsOfPatterns(view, touched);
  const problems = tooMany.length > 0 ? tooMany : validateEnvironment(view, touched, checksOf(deps));
  return (problems.length > 0 ? problems : brake(reached, touched, deps)).map((problem) => ({
    ...problem,
    pointer: `/environments/${view.environment}${problem.pointer}`,
  }));
}

const checksOf = ({ engines: { matches } }: CheckDeps) => ({
  jsonSchema: faultsOf,
  ...(matches === undefined ? {} : { matches }),
});

/** A new text for people alters nothing that is served, so nothing needs another look. */
async function touchedIn(
  workspace: Workspace,
  edited: readonly Edited[],
  environmentId: string,
  now: number,
): Promise<Touched> {
  const keysOf = (kinds: readonly string[]) => [
    ...new Set(
      edited
        .filter(({ ref }) => kinds.includes(ref.kind) && (ref.parent === environmentId || ref.kind === 'flag'))
        .map(({ ref }) => ref.key),
    ),
  ];
  const flags: string[] = [];
  for (const key of keysOf(['flag', 'flag-config'])) {
    const flag = await workspace.flag(key);
    if (flag !== null && !isGone(flag, now)) flags.push(key);
  }
  return { flags, segments: keysOf(['segment-config']) };
}
