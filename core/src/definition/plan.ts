import { applyToFlag } from '../change/apply-flag.ts';
import { createFlag, createSegment } from '../change/create.ts';
import { diffConfig, diffSegment, diffSegmentConfig } from '../change/diff.ts';
import { diffFlag } from '../change/diff-flag.ts';
import type { ChangeFacts } from '../change/facts.ts';
import type {
  ConfigInstruction,
  FlagInput,
  FlagInstruction,
  SegmentConfigInstruction,
  SegmentInput,
  SegmentInstruction,
} from '../change/instructions.ts';
import { type Applied, applied, type ChangeProblem, problem } from '../change/problem.ts';
import { isSame } from '../change/same.ts';
import { code, oneOf } from '../change/words.ts';
import type { ServeMove } from '../effect/effect.ts';
import { serveMoves } from '../effect/serve-moves.ts';
import type { Flag, FlagConfig, SegmentConfig } from '../model/model.ts';
import type { FlagState, SegmentState } from './define.ts';
import type { FlagDefinition, PlanDefinition, SegmentDefinition } from './definition.ts';
import { SAID_OF_FLAG } from './fields.ts';
import { placeOf } from './place.ts';
import { wantedConfig } from './wanted-config.ts';
import { wantedMembership } from './wanted-membership.ts';

/** What leads from a flag as it is to its definition; in this order. Empty where they say the same. */
export interface FlagPlan {
  /** null = it is there already. */
  readonly create: FlagInput | null;
  readonly before: readonly FlagInstruction[];
  readonly configs: readonly ConfigPlan[];
  readonly releases: readonly ReleaseEdit[];
  /** What is possible only once no environment needs it any more. */
  readonly after: readonly FlagInstruction[];
}

export interface ConfigPlan {
  readonly environment: string;
  readonly instructions: readonly ConfigInstruction[];
  /** How many of those who reach a place get another variation. */
  readonly moves: readonly ServeMove[];
  readonly before: FlagConfig;
  readonly after: FlagConfig;
}

/** Another plan of releases; null = none any more. */
interface ReleaseEdit {
  readonly environment: string;
  readonly plan: PlanDefinition | null;
}

export interface SegmentPlan {
  readonly create: SegmentInput | null;
  readonly shared: readonly SegmentInstruction[];
  readonly configs: readonly {
    readonly environment: string;
    readonly instructions: readonly SegmentConfigInstruction[];
  }[];
}

export interface PlanFacts extends ChangeFacts {
  /** Keys of the project's environments. */
  readonly environments: readonly string[];
}

/** Problems point into the definition. */
export function planFlag(definition: FlagDefinition, present: FlagState | null, facts: PlanFacts): Applied<FlagPlan> {
  const strange = problemsOfEnvironments(definition, facts);
  if (strange.length > 0) return { kind: 'refused', problems: strange };
  if (present === null) return planNewFlag(definition, facts);
  const { flag } = present;
  if (flag.type !== definition.type) {
    const detail = `Flag ${code(flag.key)} is of the type ${flag.type}, and the type of a flag never changes. Create another flag.`;
    return { kind: 'refused', problems: [problem('type', '/type', detail)] };
  }
  // Whoever puts a flag aside keeps its file: what is archived is left alone until it is taken back.
  if (flag.archivedAt !== null && definition.archived !== false)
    return applied({ create: null, before: [], configs: [], releases: [], after: [] });
  return planFrom(definition, present, facts, null);
}

function planNewFlag(definition: FlagDefinition, facts: PlanFacts): Applied<FlagPlan> {
  const create = inputOf(definition);
  const made = createFlag(create, facts);
  if (made.kind === 'refused') return made;
  const { flag, config } = made.document;
  const configs = new Map(facts.environments.map((environment) => [environment, config]));
  return planFrom(definition, { flag, configs, driven: new Map(), plans: new Map() }, facts, create);
}

function inputOf({
  key,
  type,
  archived: _,
  environments: __,
  links,
  salt,
  jsonSchema,
  ...said
}: FlagDefinition): FlagInput {
  return { key, type, ...said };
}

function planFrom(
  definition: FlagDefinition,
  { flag, configs, driven, plans: present }: FlagState,
  facts: PlanFacts,
  create: FlagInput | null,
): Applied<FlagPlan> {
  const shared = diffFlag(flag, wantedFlag(definition, flag, facts.now));
  const before = shared.filter(({ kind }) => !LAST.has(kind));
  const prepared = applyToFlag(flag, before, { ...facts, environments: [] });
  if (prepared.kind === 'refused') return { kind: 'refused', problems: placed(prepared.problems, before) };
  const problems: ChangeProblem[] = [];
  const plans = Object.entries(definition.environments ?? {}).flatMap(
    ([environment, wanted]): readonly ConfigPlan[] => {
      const config = configs.get(environment);
      if (config === undefined) return [];
      const next = wantedConfig(prepared.document, config, wanted, driven.get(environment) ?? []);
      if (next.kind === 'applied') return planConfig(prepared.document, environment, config, next.document);
      problems.push(...under(`/environments/${escaped(environment)}`, next.problems));
      return [];
    },
  );
  if (problems.length > 0) return { kind: 'refused', problems };
  const after = shared.filter(({ kind }) => LAST.has(kind));
  return applied({ create, before, configs: plans, releases: releaseEdits(definition, present), after });
}

function releaseEdits({ environments = {} }: FlagDefinition, present: FlagState['plans']): readonly ReleaseEdit[] {
  return Object.entries(environments).flatMap(([environment, { plan = null }]) =>
    isSame(plan, present.get(environment) ?? null) ? [] : [{ environment, plan }],
  );
}

/** A variation goes once nothing serves it, and a flag is put aside once it does what it is to do. */
const LAST: ReadonlySet<FlagInstruction['kind']> = new Set(['remove-variation', 'archive']);

function wantedFlag(definition: FlagDefinition, present: Flag, now: number): Flag {
  const said = SAID_OF_FLAG.flatMap((field) =>
    definition[field] === undefined ? [] : [[field, definition[field]] as const],
  );
  const archivedAt = definition.archived === true ? now : null;
  const tags = [...new Set(definition.tags ?? present.tags)];
  return { ...present, ...Object.fromEntries(said), tags, archivedAt };
}

function planConfig(flag: Flag, environment: string, before: FlagConfig, after: FlagConfig): readonly ConfigPlan[] {
  const instructions = diffConfig(flag, before, after);
  return instructions.length === 0
    ? []
    : [{ environment, instructions, moves: serveMoves(before, after), before, after }];
}

/** Problems point into the definition. */
export function planSegment(
  definition: SegmentDefinition,
  present: SegmentState | null,
  facts: PlanFacts,
): Applied<SegmentPlan> {
  const strange = problemsOfEnvironments(definition, facts);
  if (strange.length > 0) return { kind: 'refused', problems: strange };
  const { environments = {}, ...said } = definition;
  if (present !== null) return planMembership(definition, present, null);
  const made = createSegment(said, facts);
  if (made.kind === 'refused') return made;
  const { segment, config } = made.document;
  const configs = new Map(Object.keys(environments).map((environment) => [environment, config]));
  return planMembership(definition, { segment, configs }, said);
}

function planMembership(
  { key: _, environments = {}, ...said }: SegmentDefinition,
  { segment, configs }: SegmentState,
  create: SegmentInput | null,
): Applied<SegmentPlan> {
  const problems: ChangeProblem[] = [];
  const plans = Object.entries(environments).flatMap(([environment, wanted]): SegmentPlan['configs'] => {
    const config: SegmentConfig | undefined = configs.get(environment);
    if (config === undefined) return [];
    const next = wantedMembership(config, wanted);
    if (next.kind === 'refused') {
      problems.push(...under(`/environments/${escaped(environment)}`, next.problems));
      return [];
    }
    const instructions = diffSegmentConfig(config, next.document);
    return instructions.length === 0 ? [] : [{ environment, instructions }];
  });
  if (problems.length > 0) return { kind: 'refused', problems };
  return applied({ create, shared: diffSegment(segment, { ...segment, ...said }), configs: plans });
}

function problemsOfEnvironments(
  { environments = {} }: FlagDefinition | SegmentDefinition,
  { environments: known }: PlanFacts,
): readonly ChangeProblem[] {
  return Object.keys(environments).flatMap((environment) => {
    if (known.includes(environment)) return [];
    const detail = `There is no environment ${code(environment)}. Use ${oneOf(known)}.`;
    return [problem('invalid', `/environments/${escaped(environment)}`, detail)];
  });
}

/** Problems of instructions, where the definition says what they do. */
function placed(
  problems: readonly ChangeProblem[],
  instructions: readonly FlagInstruction[],
): readonly ChangeProblem[] {
  return problems.map((one) => {
    const [, index = '', ...rest] = one.pointer.split('/');
    const instruction = instructions[Number(index)];
    return instruction === undefined ? one : { ...one, pointer: placeOf(instruction, null, rest) };
  });
}

function under(pointer: string, problems: readonly ChangeProblem[]): readonly ChangeProblem[] {
  return problems.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` }));
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
