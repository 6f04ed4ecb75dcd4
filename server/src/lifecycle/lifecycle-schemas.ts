import { z } from 'zod';
import { timeSchema } from '../http/answer-schemas.ts';
import type { CleanUpView, FlagAskersView, LifecycleView } from '../http/lifecycle-types.ts';
import { jsonSchema } from '../http/schemas.ts';

const countSchema = z.number();

export const lifecycleViewSchema: z.ZodType<LifecycleView> = z
  .object({
    flag: z.string(),
    name: z.string(),
    owner: z.string().nullable(),
    purpose: z.string(),
    tags: z.array(z.string()),
    lifetimeDays: z.number().nullable().describe('Null = permanent'),
    createdAt: timeSchema,
    ageDays: z.number(),
    archivedAt: timeSchema.nullable(),
    servesUntil: timeSchema.nullable().describe('Of an archived flag: when it leaves the payloads'),
    stage: z.enum(['new', 'rolling-out', 'settled', 'abandoned', 'archived']),
    stageSince: timeSchema,
    stale: z
      .array(
        z.object({
          code: z.enum(['over-age', 'settled', 'abandoned', 'gone-from-code']),
          since: timeSchema,
          sentence: z.string(),
        }),
      )
      .describe('Why it is thought to be stale; none = it is not'),
    readiness: z.object({
      kind: z.enum(['safe', 'caution', 'blocked']),
      checks: z.array(
        z.object({
          code: z.enum([
            'one-variation',
            'same-everywhere',
            'no-dependents',
            'no-rollout',
            'code-references',
            'evaluations',
          ]),
          outcome: z.enum(['pass', 'caution', 'block']),
          sentence: z.string(),
          since: timeSchema.nullable(),
        }),
      ),
    }),
    forward: z
      .object({ variation: z.string(), value: jsonSchema })
      .nullable()
      .describe('What the code gets in the place of the flag; null where that is not decided'),
    next: z.object({
      action: z.enum(['remove-code', 'archive', 'settle', 'wait', 'none']),
      sentence: z.string(),
    }),
    removalCommand: z.string().nullable(),
    keepUntil: timeSchema.nullable(),
    nudgedAt: timeSchema.nullable(),
    references: z.object({ count: countSchema, byHand: countSchema, scannedAt: timeSchema }).nullable(),
    evaluatedAt: timeSchema.nullable(),
    evaluations7d: countSchema,
  })
  .meta({ id: 'Lifecycle' });

export const cleanUpSchema: z.ZodType<CleanUpView> = z
  .object({
    items: z.array(lifecycleViewSchema),
    total: countSchema,
    next: z.string().exactOptional(),
    asOf: timeSchema,
    counts: z.object({
      live: countSchema,
      stale: countSchema,
      overAge: countSchema,
      ready: countSchema.describe('Stale ones that pass every check'),
      archived: countSchema,
    }),
    ages: z.array(z.object({ from: z.number(), to: z.number().nullable(), count: countSchema })),
    trend: z.array(z.object({ day: z.string(), live: countSchema, stale: countSchema, ready: countSchema })),
  })
  .meta({ id: 'CleanUp' });

export const askersSchema: z.ZodType<FlagAskersView> = z
  .object({
    items: z.array(
      z.object({
        environment: z.string(),
        application: z.string().describe('Name and version as it tells them; empty where it tells none'),
        sdk: z.string(),
        evaluations: countSchema,
        lastAt: timeSchema,
        instances: countSchema.describe('Connected instances of this version there now'),
        isServed: z.boolean().describe('False once the flag has left the payloads: then code gets its fallback'),
      }),
    ),
  })
  .meta({ id: 'FlagAskers' });
