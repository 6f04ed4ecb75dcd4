import type { BucketBy, Serve } from '@glidepath/core';
import type { Problem } from '../errors.ts';
import type { Gate } from '../gates/gate.ts';

/** Whom a stage gives the released variation, and what it takes to leave it. */
export type Stage = (
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'segment'; readonly segment: string }
) & {
  readonly bakeMinutes: number;
  readonly approval?: 'manual';
  readonly checklist?: readonly string[];
};

/** What sets a rollout off. */
export type Start =
  | { readonly kind: 'manual' }
  /** Milliseconds since epoch. */
  | { readonly kind: 'at'; readonly at: number }
  | {
      readonly kind: 'deploy';
      readonly service: string;
      readonly minVersion: string;
      /** Percent of the connected instances. */
      readonly coverage: number;
      readonly delayMinutes: number;
    };

export interface ReleasePlan {
  readonly variation: string;
  readonly control: string;
  /** Which split it drives: `fallthrough` or the id of a rule. */
  readonly at: string;
  /** What is bucketed, where it is not what the split says. */
  readonly by?: BucketBy;
  readonly stages: readonly Stage[];
  readonly gates: readonly Gate[];
  readonly onFailure: 'roll-back' | 'pause';
  readonly start: Start;
  /** Flags whose own rollout must be complete first. */
  readonly requires: readonly string[];
  /** Markdown. */
  readonly runbook: string;
}

interface Template {
  readonly label: string;
  readonly needsSegment: boolean;
  /** `segment` matters to those that need one. */
  readonly stages: (segment: string) => readonly Stage[];
}

const STANDARD = ramp([1, 10], [5, 20], [10, 30], [25, 60], [50, 120], [100, 60]);

/** The built-in courses of a release. */
export const planTemplates = {
  standard: { label: 'Standard', needsSegment: false, stages: () => STANDARD },
  quick: { label: 'Quick', needsSegment: false, stages: () => ramp([1, 10], [10, 15], [50, 30], [100, 30]) },
  canary: { label: 'Canary', needsSegment: false, stages: () => ramp([5, 15], [25, 30], [50, 60], [100, 60]) },
  'employees-first': {
    label: 'Employees first',
    needsSegment: true,
    stages: (segment) => [{ kind: 'segment', segment, bakeMinutes: 60 }, ...STANDARD],
  },
  'big-bang': { label: 'Big bang', needsSegment: false, stages: () => ramp([100, 60]) },
} as const satisfies Record<string, Template>;

function ramp(...steps: readonly (readonly [percent: number, bakeMinutes: number])[]): readonly Stage[] {
  return steps.map(([percent, bakeMinutes]) => ({ kind: 'percent', percent, bakeMinutes }));
}

/** A percentage as buckets of 100,000. */
export function bucketsIn(percent: number): number {
  return Math.round(percent * 1_000);
}

/** Why a plan cannot be carried out; empty when it can. */
export function problemsOfPlan(plan: ReleasePlan): readonly Problem[] {
  return [
    ...problem(
      plan.variation === plan.control,
      '/control',
      `The plan releases \`${plan.variation}\` against itself. Name the variation that people have now.`,
    ),
    ...plan.stages.flatMap(problemsOfStage),
    ...problemsOfCourse(plan.stages),
    ...plan.gates.flatMap((gate, i) => problemsOfGate(gate, plan.gates.slice(0, i), `/gates/${i}`)),
    ...problemsOfStart(plan.start),
    ...problem(hasRepeats(plan.requires), '/requires', 'A flag is named twice. Name each once.'),
  ];
}

/** Why a plan cannot drive what is served at its place now; `serve` undefined where there is no such rule. */
export function problemsOfPlace(plan: ReleasePlan, serve: Serve | undefined): readonly Problem[] {
  if (serve === undefined)
    return [{ pointer: '/at', detail: `There is no rule \`${plan.at}\`. Name one, or \`fallthrough\`.` }];
  const served = 'variation' in serve ? [serve.variation] : serve.split.allocation.map(({ variation }) => variation);
  const third = served.find((variation) => variation !== plan.variation && variation !== plan.control);
  return problem(
    third !== undefined,
    '/at',
    `\`${third}\` is served there too. A release compares two variations: take the others out of the split first.`,
  );
}

/** What somebody should know before a plan starts, though it can. */
export function warningsOfPlan({ stages, gates }: ReleasePlan): readonly string[] {
  const guards = gates.filter(({ role }) => role === 'guardrail');
  return [
    ...(stages.length === 1 ? ['Everybody gets it at once: there is no control to compare with.'] : []),
    ...(guards.length === 0 ? ['Nothing rolls it back: no gate is a guardrail.'] : []),
  ];
}

function problemsOfStage(stage: Stage, index: number): readonly Problem[] {
  const pointer = `/stages/${index}`;
  const isPlain = stage.kind === 'segment' || isPercentage(stage.percent);
  return [
    ...problem(!isPlain, `${pointer}/percent`, 'A stage has more than 0 and at most 100 %, in steps of 0.001.'),
    ...problem(
      !(Number.isFinite(stage.bakeMinutes) && stage.bakeMinutes >= 0),
      `${pointer}/bakeMinutes`,
      'A bake time is 0 minutes or more.',
    ),
    ...problem(
      hasRepeats(stage.checklist ?? []),
      `${pointer}/checklist`,
      'A line of the checklist stands there twice.',
    ),
  ];
}

function isPercentage(percent: number): boolean {
  return percent > 0 && percent <= 100 && Math.abs(percent * 1_000 - bucketsIn(percent)) < 1e-6;
}

/** Percentages rise to 100, where every plan ends. */
function problemsOfCourse(stages: readonly Stage[]): readonly Problem[] {
  const last = stages.at(-1);
  const percents = stages.flatMap((stage) => (stage.kind === 'percent' ? [stage.percent] : []));
  const isRising = percents.every((percent, i) => i === 0 || percent > (percents[i - 1] ?? 0));
  return [
    ...problem(!isRising, '/stages', 'Each percentage must be above the one before.'),
    ...problem(
      last?.kind !== 'percent' || last.percent !== 100,
      '/stages',
      'The last stage must be 100 %. Pause a rollout where you want it to stay for longer.',
    ),
  ];
}

function problemsOfGate(gate: Gate, before: readonly Gate[], pointer: string): readonly Problem[] {
  return [
    ...problem(
      before.some(({ id }) => id === gate.id),
      `${pointer}/id`,
      `There is a gate \`${gate.id}\` already. Choose another id.`,
    ),
    ...problem(
      gate.onNoData === 'ignore' && gate.role !== 'signal',
      `${pointer}/onNoData`,
      'Only a signal may ignore that its data are missing. Choose `hold`, `pause` or `roll-back`.',
    ),
    ...problem(!(gate.minSamples >= 0), `${pointer}/minSamples`, 'The least number of samples is 0 or more.'),
    ...problem(!(gate.windowMinutes > 0), `${pointer}/windowMinutes`, 'A window is longer than 0 minutes.'),
  ];
}

function problemsOfStart(start: Start): readonly Problem[] {
  if (start.kind !== 'deploy') return [];
  const { coverage, delayMinutes } = start;
  return [
    ...problem(!(coverage > 0 && coverage <= 100), '/start/coverage', 'Coverage is more than 0 and at most 100 %.'),
    ...problem(!(delayMinutes >= 0), '/start/delayMinutes', 'A delay is 0 minutes or more.'),
  ];
}

function problem(isOne: boolean, pointer: string, detail: string): readonly Problem[] {
  return isOne ? [{ pointer, detail }] : [];
}

function hasRepeats(words: readonly string[]): boolean {
  return new Set(words).size < words.length;
}
