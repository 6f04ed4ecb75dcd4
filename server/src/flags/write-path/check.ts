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
    // Whoever refers to something new may make a chain too long for those who refer to it: they must be seen too.
    const isWide = edited.some((document) => document.ref.parent === environment.id && refersToMore(document));
    const view = await environmentView(workspace, environment, isWide ? 'everything' : touched);
    const found = problemsOfMeaning(view, touched, deps);
    problems.push(...(found.length > 0 ? found : await problemsOfTrial(workspace, environment, touched, deps, pause)));
  }
  return problems;
}

/** As many flags as are tried at once: others are served between two trials, and what they need is forgotten. */
const AT_ONCE = 500;

async function problemsOfTrial(
  workspace: Workspace,
  environment: Workspace['place']['environments'][number],
  touched: Touched,
  deps: CheckDeps,
  pause: Pause,
): Promise<readonly ChangeProblem[]> {
  const parts: Touched[] = touched.segments.length > 0 ? [{ flags: [], segments: touched.segments }] : [];
  for (let from = 0; from < touched.flags.length; from += AT_ONCE)
    parts.push({ flags: touched.flags.slice(from, from + AT_ONCE), segments: [] });
  for (const part of parts) {
    await pause();
    const problems = brake(await environmentView(workspace, environment, part), part, deps);
    if (problems.length > 0) return within(environment.key, problems);
  }
  return [];
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

/** What is wrong with these flags and segments of an environment, all of whose references are in the view. */
export function problemsIn(view: EnvironmentView, touched: Touched, deps: CheckDeps): readonly ChangeProblem[] {
  const problems = problemsOfMeaning(view, touched, deps);
  return problems.length > 0 ? problems : within(view.environment, brake(view, touched, deps));
}

function problemsOfMeaning(view: EnvironmentView, touched: Touched, deps: CheckDeps): readonly ChangeProblem[] {
  const tooMany = problemsOfPatterns(view, touched);
  return within(view.environment, tooMany.length > 0 ? tooMany : validateEnvironment(view, touched, checksOf(deps)));
}

const within = (environment: string, problems: readonly ChangeProblem[]): readonly ChangeProblem[] =>
  problems.map((problem) => ({ ...problem, pointer: `/environments/${environment}${problem.pointer}` }));

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
