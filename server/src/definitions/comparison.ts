import type { Applied, ChangeFacts, ChangeProblem, Instruction } from '@glidepath/core/change';
import type {
  ConfigPlan,
  Definitions,
  EnvironmentDefinition,
  FlagDefinition,
  MembershipDefinition,
  SegmentDefinition,
} from '@glidepath/core/definition';
import { planFlag, planSegment } from '@glidepath/core/definition';
import type { DocumentChange } from '../flags/write-path/change.ts';
import type { Pause } from '../flags/write-path/pause.ts';
import type { DocumentKind } from '../store/store.ts';
import type { Present } from './present.ts';

/** One part of the change that definitions ask for, and where they ask for it. */
export interface Part {
  readonly change: DocumentChange;
  readonly kind: 'flag' | 'flag-config' | 'segment' | 'segment-config';
  readonly key: string;
  readonly environment: string | null;
  readonly isNew: boolean;
  readonly instructions: readonly Instruction[];
  /** Pointer to the definition, and its environment where the part is for one. */
  readonly pointer: string;
  readonly definition: EnvironmentDefinition | MembershipDefinition | null;
  readonly moves: ConfigPlan['moves'];
  /** Where a flag that is there already comes to serve something else. */
  readonly altered: Pick<ConfigPlan, 'before' | 'after'> | null;
}

export interface Comparison {
  /** In an order in which each finds what it refers to. */
  readonly parts: readonly Part[];
  /** Problems point into the body. */
  readonly problems: readonly ChangeProblem[];
}

/** As many problems as one answer names. */
const MOST_PROBLEMS = 20;

/** What leads from what is there to what definitions say. */
export async function compare(
  definitions: Definitions,
  present: Present,
  facts: ChangeFacts,
  pause: Pause,
): Promise<Comparison> {
  const environments = present.environments.map(({ key }) => key);
  const known = { ...facts, environments };
  const problems = [...repeatedIn(definitions.flags, 'flags'), ...repeatedIn(definitions.segments, 'segments')];
  // Where everything is wrong, not all of it is found out: what is said of it would fill the memory.
  const isEnough = () => problems.length >= MOST_PROBLEMS;
  const timed: TimedPart[] = [];
  for (const [index, definition] of definitions.segments.entries()) {
    if (isEnough()) break;
    const plan = planSegment(definition, present.segments.get(definition.key) ?? null, known);
    timed.push(
      ...partsIn(plan, `/segments/${index}`, problems, (found) => segmentParts(definition, found, index, present)),
    );
    await pause();
  }
  for (const [index, definition] of definitions.flags.entries()) {
    if (isEnough()) break;
    const plan = planFlag(definition, present.flags.get(definition.key) ?? null, known);
    timed.push(...partsIn(plan, `/flags/${index}`, problems, (found) => flagParts(definition, found, index, present)));
    await pause();
  }
  return { parts: timed.sort((a, b) => a.turn - b.turn), problems: problems.slice(0, MOST_PROBLEMS) };
}

/** When a part has its turn: flags exist before others refer to them, and lose what nobody needs any more at the end. */
const TURNS = { create: 0, shared: 1, config: 2, last: 3 } as const;

type TimedPart = Part & { readonly turn: (typeof TURNS)[keyof typeof TURNS] };

function partsIn<P>(
  plan: Applied<P>,
  pointer: string,
  problems: ChangeProblem[],
  partsOf: (plan: P) => readonly TimedPart[],
): readonly TimedPart[] {
  if (plan.kind === 'applied') return partsOf(plan.document);
  problems.push(...plan.problems.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` })));
  return [];
}

/** What a part need not say: nothing of an environment. */
type Said = Pick<TimedPart, 'change' | 'kind' | 'key' | 'isNew' | 'pointer' | 'turn'> & Partial<TimedPart>;

/** Field by field: of objects that are made by spreading others, each has a shape of its own, and there are many. */
function timedPart(said: Said): TimedPart {
  const { change, kind, key, isNew, pointer, turn } = said;
  const { environment = null, instructions = [], definition = null, moves = [], altered = null } = said;
  return { change, kind, key, environment, isNew, instructions, pointer, definition, moves, altered, turn };
}

function flagParts(
  definition: FlagDefinition,
  plan: Extract<ReturnType<typeof planFlag>, { kind: 'applied' }>['document'],
  index: number,
  present: Present,
): readonly TimedPart[] {
  const { key } = definition;
  const isNew = plan.create !== null;
  const pointer = `/flags/${index}`;
  const expected = expectation(present, 'flag', key, null);
  const shared = (instructions: typeof plan.before, turn: TimedPart['turn']): readonly TimedPart[] => {
    if (instructions.length === 0) return [];
    const change = { flag: key, ...expected, instructions };
    return [timedPart({ change, kind: 'flag', key, isNew, pointer, turn, instructions })];
  };
  const created =
    plan.create === null
      ? []
      : [
          timedPart({
            change: { create: 'flag', flag: plan.create },
            kind: 'flag',
            key,
            isNew,
            pointer,
            turn: TURNS.create,
          }),
        ];
  const configs = plan.configs.map(({ environment, instructions, moves, before, after }) =>
    timedPart({
      change: { flag: key, environment, ...expectation(present, 'flag-config', key, environment), instructions },
      kind: 'flag-config',
      key,
      isNew,
      pointer: `${pointer}/environments/${environment}`,
      turn: TURNS.config,
      environment,
      instructions,
      definition: definition.environments?.[environment] ?? null,
      moves,
      altered: isNew ? null : { before, after },
    }),
  );
  const releases = plan.releases.map(({ environment, plan: wanted }) =>
    timedPart({
      change: { flag: key, environment, ...expectation(present, 'flag-plan', key, environment), plan: wanted },
      kind: 'flag-config',
      key,
      isNew,
      pointer: `${pointer}/environments/${environment}/plan`,
      turn: TURNS.config,
      environment,
    }),
  );
  return [...created, ...shared(plan.before, TURNS.shared), ...configs, ...releases, ...shared(plan.after, TURNS.last)];
}

function segmentParts(
  definition: SegmentDefinition,
  plan: Extract<ReturnType<typeof planSegment>, { kind: 'applied' }>['document'],
  index: number,
  present: Present,
): readonly TimedPart[] {
  const { key } = definition;
  const isNew = plan.create !== null;
  const pointer = `/segments/${index}`;
  const { shared: instructions } = plan;
  const created =
    plan.create === null
      ? []
      : [
          timedPart({
            change: { create: 'segment', segment: plan.create },
            kind: 'segment',
            key,
            isNew,
            pointer,
            turn: TURNS.create,
          }),
        ];
  const change = { segment: key, ...expectation(present, 'segment', key, null), instructions };
  const shared =
    instructions.length === 0
      ? []
      : [timedPart({ change, kind: 'segment', key, isNew, pointer, turn: TURNS.shared, instructions })];
  const configs = plan.configs.map(({ environment, instructions: own }) =>
    timedPart({
      change: {
        segment: key,
        environment,
        ...expectation(present, 'segment-config', key, environment),
        instructions: own,
      },
      kind: 'segment-config',
      key,
      isNew,
      pointer: `${pointer}/environments/${environment}`,
      turn: TURNS.config,
      environment,
      instructions: own,
      definition: definition.environments?.[environment] ?? null,
    }),
  );
  return [...created, ...shared, ...configs];
}

/** What was compared must be what is changed. */
function expectation(present: Present, kind: DocumentKind, key: string, environment: string | null) {
  const expectedRevision = present.revisionOf(kind, key, environment);
  return expectedRevision === undefined ? {} : { expectedRevision };
}

/** Keys that differ only in case are the same. */
function repeatedIn(definitions: readonly { readonly key: string }[], list: 'flags' | 'segments'): ChangeProblem[] {
  const seen = new Map<string, number>();
  return definitions.flatMap(({ key }, index) => {
    const folded = key.toLowerCase();
    const first = seen.get(folded);
    if (first === undefined) {
      seen.set(folded, index);
      return [];
    }
    const detail = `\`${key}\` is defined twice (upper and lower case count as the same). Keep one of them.`;
    return [{ code: 'duplicate', pointer: `/${list}/${index}/key`, detail } as const];
  });
}
