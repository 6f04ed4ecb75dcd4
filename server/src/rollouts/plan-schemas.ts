import type { PlanDefinition } from '@glidepath/core/definition';
import { z } from 'zod';
import { gateInputSchema, gateSchema } from '../gates/gate-schemas.ts';
import { bucketBySchema, keySchema, ruleIdSchema } from '../http/schemas.ts';
import type { ReleasePlan, Stage, Start } from './plan.ts';

/** Release plans as people write them. What they mean together is checked by `plan.ts`. */

const STAGES = 50;
const GATES = 30;
const MINUTES_OF_A_YEAR = 527_040;

const stageFields = {
  bakeMinutes: z
    .number()
    .min(0)
    .max(MINUTES_OF_A_YEAR)
    .describe('Time in force, with data from all gates, before the next stage'),
  approval: z.literal('manual').exactOptional().describe('Somebody has to approve what comes next'),
  checklist: z.array(z.string().trim().min(1).max(200)).max(50).exactOptional(),
};

const stageSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('percent'), percent: z.number(), ...stageFields }),
    z.strictObject({ kind: z.literal('segment'), segment: keySchema, ...stageFields }),
  ])
  .meta({ id: 'Stage' }) satisfies z.ZodType<Stage>;

const momentSchema = z.iso.datetime({ error: 'must be a time such as 2026-03-01T12:00:00.000Z' }).transform(Date.parse);

const startSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('manual') }),
  z.strictObject({ kind: z.literal('at'), at: momentSchema }),
  z.strictObject({
    kind: z.literal('deploy'),
    service: z.string().min(1).max(128),
    minVersion: z.string().min(1).max(128),
    coverage: z.number().default(100).describe('Percent of the connected instances of the service'),
    delayMinutes: z.number().max(MINUTES_OF_A_YEAR).default(0),
  }),
]) satisfies z.ZodType<Start>;

/** What a template says; the same of a saved plan. */
export const courseFields = {
  stages: z.array(stageSchema).min(1).max(STAGES),
  gates: z.array(gateSchema).max(GATES),
  onFailure: z.enum(['roll-back', 'pause']),
  runbook: z.string().max(50_000).describe('Markdown'),
};

const { stages, gates, onFailure, runbook } = courseFields;

const planFields = {
  template: z
    .string()
    .min(1)
    .max(64)
    .exactOptional()
    .describe("Id of a plan; where neither it nor stages are given the flag's own plan there, else `standard`"),
  segment: keySchema.exactOptional().describe('For templates whose first stage is a segment'),
  variation: keySchema.exactOptional().describe('What is released; the other one where there are two'),
  control: keySchema.exactOptional().describe('Against what; what is served there now where absent'),
  at: ruleIdSchema.exactOptional().describe('`fallthrough` (where absent) or the id of a rule'),
  by: bucketBySchema.exactOptional(),
  stages: stages.exactOptional(),
  onFailure: onFailure.exactOptional(),
  requires: z.array(keySchema).max(50).exactOptional().describe('Flags whose own rollout must be complete first'),
  runbook: runbook.exactOptional(),
};

/** A plan of which only what matters need be said. */
export const planInputSchema = z
  .strictObject({
    ...planFields,
    gates: gates.exactOptional().describe('Error rate and p95 where neither they nor a saved plan are given'),
    start: startSchema.exactOptional().describe('By hand where absent'),
  })
  .meta({ id: 'ReleasePlanInput' });

export type PlanInput = z.output<typeof planInputSchema>;

/** How releases of a flag go, as a file says it: nothing is filled in, so that it reads as it was written. */
export const planDefinitionSchema = z
  .strictObject({
    ...planFields,
    gates: z
      .array(gateInputSchema)
      .max(GATES)
      .exactOptional()
      .describe('Error rate and p95 where neither they nor a saved plan are given'),
  })
  .meta({ id: 'PlanDefinition' }) satisfies z.ZodType<PlanDefinition>;

/** The same with what goes without saying: a gate is called what it asks for. */
export function planInputOf({ gates: said, ...rest }: PlanDefinition): PlanInput {
  return planInputSchema.parse({
    ...rest,
    ...(said !== undefined && { gates: said.map((gate) => ({ id: gate.kind, ...gate })) }),
  });
}

/** What a saved plan holds. */
export type PlanBody = Pick<ReleasePlan, 'stages' | 'gates' | 'onFailure' | 'runbook'> & { readonly name: string };
