import { z } from 'zod';
import { gateSchema } from '../gates/gate-schemas.ts';
import { timeSchema, versionedFields } from '../http/answer-schemas.ts';
import type {
  CoverageView,
  EvidenceView,
  FlagPlansView,
  GateSeriesView,
  GateView,
  PlanView,
  ReleasePlanView,
  RolloutForecastView,
  RolloutRecordView,
  RolloutView,
  VerdictView,
} from '../http/release-types.ts';
import type { Cause } from './rollout.ts';

/** What the routes of rollouts and plans answer. */

export const ROLLOUT_STATES = [
  'waiting',
  'running',
  'awaiting-approval',
  'paused',
  'holding',
  'rolling-back',
  'rolled-back',
  'completed',
  'aborted',
] as const satisfies readonly RolloutView['state'][];

const CAUSES = [
  'person',
  'gate',
  'sample-ratio',
  'no-data',
  'provider-error',
  'samples',
  'signal',
  'freeze',
  'incident',
  'requires',
  'checklist',
  'approval',
  'kill',
  'turned-off',
  'edit',
  'refused',
] as const satisfies readonly Cause['kind'][];

const causeSchema: z.ZodType<Cause> = z.object({ kind: z.enum(CAUSES), reason: z.string() }).meta({ id: 'Cause' });

const verdictSchema: z.ZodType<VerdictView> = z
  .object({
    gate: z.string(),
    kind: z.enum(['pass', 'fail', 'inconclusive', 'no-data', 'provider-error']),
    at: timeSchema,
    reason: z.string().exactOptional(),
    figures: z.object({
      value: z.number().nullable(),
      limit: z.number().nullable(),
      control: z.number().nullable().describe('Value of the control at the same time'),
      interval: z.tuple([z.number(), z.number()]).nullable(),
      samples: z.object({ released: z.number(), control: z.number().nullable() }).nullable(),
    }),
  })
  .meta({ id: 'Verdict' });

const shownGateSchema = gateSchema as z.ZodType<GateView['gate']>;

const shownStageSchema = z.looseObject({ kind: z.string(), bakeMinutes: z.number() }) as unknown as z.ZodType<
  ReleasePlanView['stages'][number]
>;

const planSchema: z.ZodType<ReleasePlanView> = z.object({
  variation: z.string(),
  control: z.string(),
  at: z.string(),
  by: z.object({ contextKind: z.string(), attribute: z.string() }).exactOptional(),
  stages: z.array(shownStageSchema),
  gates: z.array(shownGateSchema),
  onFailure: z.enum(['roll-back', 'pause']),
  start: z.looseObject({ kind: z.string() }) as unknown as z.ZodType<ReleasePlanView['start']>,
  requires: z.array(z.string()),
  runbook: z.string(),
});

const coverageSchema: z.ZodType<CoverageView> = z.object({
  service: z.string(),
  minVersion: z.string(),
  percent: z.number(),
  instances: z.number(),
  covered: z.number(),
  unknown: z.array(z.string()),
});

const evidenceSchema: z.ZodType<EvidenceView> = z.object({
  at: timeSchema,
  cause: causeSchema,
  stage: z.number(),
  percent: z.number(),
  verdicts: z.array(verdictSchema),
  versions: z.array(z.object({ service: z.string(), version: z.string(), instances: z.number() })),
  affected: z.number().nullable().describe('Guarded executions of the released variation'),
  people: z.number().nullable().describe('At least so many people; null where no application counts them'),
});

export const rolloutViewSchema: z.ZodType<RolloutView> = z
  .object({
    id: z.string(),
    flag: z.string(),
    environment: z.string(),
    plan: planSchema,
    state: z.enum(ROLLOUT_STATES),
    cause: causeSchema.nullable(),
    stage: z.number().nullable(),
    percent: z.number(),
    progress: z
      .object({
        since: timeSchema,
        bakedMs: z.number(),
        countedAt: timeSchema,
        isBaking: z.boolean(),
        checked: z.array(z.string()),
        approvedBy: z.string().nullable(),
      })
      .nullable(),
    next: z.object({ what: z.string(), at: timeSchema.nullable(), waitsFor: z.string().nullable() }).nullable(),
    gates: z.array(
      z.object({ gate: shownGateSchema, verdict: verdictSchema.nullable(), consequence: z.string().nullable() }),
    ),
    sampleRatio: verdictSchema.nullable(),
    coverage: coverageSchema.nullable(),
    startedBy: z.string(),
    comment: z.string().nullable(),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable(),
    incident: z.string().nullable(),
    evidence: evidenceSchema.nullable(),
    sentence: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'Rollout' });

export const recordSchema: z.ZodType<RolloutRecordView> = z
  .object({
    seq: z.number(),
    at: timeSchema,
    from: z.string(),
    to: z.string(),
    stage: z.number().nullable(),
    percent: z.number(),
    cause: causeSchema.nullable(),
    actor: z.string(),
    changeId: z.string().nullable(),
    version: z.number().nullable(),
  })
  .meta({ id: 'RolloutRecord' });

export const seriesSchema: z.ZodType<GateSeriesView> = z.object({ gate: z.string(), points: z.array(verdictSchema) });

export const forecastSchema: z.ZodType<RolloutForecastView> = z
  .object({
    warnings: z.array(z.string()),
    stages: z.array(
      z.object({ stage: z.number(), gate: z.string(), detects: z.number(), hours: z.number().nullable() }),
    ),
    sentence: z.string(),
  })
  .meta({ id: 'RolloutForecast' });

export const planViewSchema: z.ZodType<PlanView> = z
  .object({
    id: z.string(),
    name: z.string(),
    isBuiltIn: z.boolean(),
    needsSegment: z.boolean(),
    stages: z.array(shownStageSchema),
    gates: z.array(shownGateSchema),
    onFailure: z.enum(['roll-back', 'pause']),
    runbook: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'ReleaseTemplate' });

export const flagPlansSchema: z.ZodType<FlagPlansView> = z
  .object({
    items: z.array(
      z.object({
        environment: z.string(),
        template: z.string().nullable().describe('Id of the plan that gives what it does not say itself'),
        plan: planSchema.nullable().describe('With all that goes without saying; null where it cannot be followed'),
        problem: z.string().nullable().describe('Why it cannot be followed'),
        ...versionedFields,
      }),
    ),
  })
  .meta({ id: 'FlagPlans' });
