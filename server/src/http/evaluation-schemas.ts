import type { ContextInput } from '@glidepath/core';
import type { ExplainedClause, ExplainedMembership, ExplainedRollout, ExplainedStep } from '@glidepath/core/explain';
import { z } from 'zod';
import type { DependenciesView, EvaluationView, PreviewView, SegmentPreviewView } from './evaluation-types.ts';
import { prerequisiteSchema } from './schemas.ts';

const keySchema = z.string();
const sentencesSchema = z.array(z.string());

const rolloutSchema: z.ZodType<ExplainedRollout> = z
  .object({
    bucket: z.number(),
    contextKind: z.string(),
    attribute: z.string(),
    salt: z.string(),
    from: z.number().describe('First bucket of the range that holds it'),
    to: z.number().describe('First bucket beyond'),
  })
  .meta({ id: 'TraceRollout' });

const clauseSchema: z.ZodType<ExplainedClause> = z
  .object({
    kind: z.string().describe('Of the context'),
    attribute: z.string(),
    operator: z.string(),
    negate: z.boolean(),
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).describe('The first few'),
    total: z.number().describe('How many values there are'),
    missing: z.boolean(),
    found: z.string().nullable().describe('What the context has there, as text'),
    matched: z.boolean(),
    why: z.string(),
    segments: z.array(z.lazy(() => membershipSchema)),
  })
  .meta({ id: 'TraceClause' });

const membershipSchema: z.ZodType<ExplainedMembership> = z
  .object({
    segment: keySchema,
    member: z.boolean(),
    by: z
      .union([
        z.object({ list: z.enum(['included', 'excluded']), contextKind: z.string() }),
        z.object({ ruleId: z.string() }),
      ])
      .nullable(),
    rules: z.array(
      z.object({
        ruleId: z.string(),
        matched: z.boolean(),
        clauses: z.array(clauseSchema),
        rollout: rolloutSchema.nullable().exactOptional(),
      }),
    ),
    why: z.string(),
  })
  .meta({ id: 'TraceMembership' });

const stepFields = { step: z.string(), matched: z.boolean(), evaluated: z.boolean(), why: z.string() };
const serveFields = {
  variation: z.string().nullable(),
  rollout: rolloutSchema.nullable().exactOptional().describe('null = nobody could be bucketed'),
};

const stepSchema: z.ZodType<ExplainedStep> = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['killed', 'on', 'error']), ...stepFields }),
    z.object({
      kind: z.literal('prerequisite'),
      ...stepFields,
      flag: keySchema,
      variations: z.array(keySchema),
      variation: z.string().nullable(),
      steps: z.array(z.lazy(() => stepSchema)),
    }),
    z.object({
      kind: z.literal('target'),
      ...stepFields,
      contextKind: z.string(),
      key: z.string().nullable(),
      variation: z.string(),
    }),
    z.object({
      kind: z.literal('rule'),
      ...stepFields,
      ruleId: z.string(),
      ruleIndex: z.number(),
      clauses: z.array(clauseSchema),
      ...serveFields,
    }),
    z.object({ kind: z.literal('fallthrough'), ...stepFields, ...serveFields }),
  ])
  .meta({ id: 'TraceStep' });

export const evaluationSchema: z.ZodType<EvaluationView> = z
  .object({
    flag: keySchema,
    value: z.unknown(),
    variation: z.string().nullable(),
    reason: z.unknown(),
    trace: z.array(stepSchema),
  })
  .meta({ id: 'Evaluation' });

const moveSchema = z.object({
  from: z.string().nullable(),
  to: z.string().nullable(),
  count: z.number(),
  examples: z.array(z.unknown().describe('A context') as z.ZodType<ContextInput>),
});

const effectSchema = z
  .object({ sampled: z.number(), unchanged: z.number(), moves: z.array(moveSchema) })
  .meta({ id: 'Effect', description: 'Tried with contexts of people who are made up: nobody real is counted' });

const flagEffectSchema = z.object({ flag: keySchema, effect: effectSchema });

const ruleRefFields = { ruleId: z.string(), ruleIndex: z.number() };

const serveMoveSchema = z.object({
  at: z.union([z.literal('fallthrough'), z.object({ ruleId: z.string() })]),
  from: keySchema,
  to: keySchema,
  buckets: z.number().describe('Of 100,000 who reach this place'),
  exact: z.boolean().describe('false = people are dealt anew, and this is what chance leads one to expect'),
});

export const previewSchema: z.ZodType<PreviewView> = z
  .object({
    summary: sentencesSchema,
    before: sentencesSchema,
    after: sentencesSchema,
    towardSafe: z.boolean(),
    contexts: z.array(z.object({ context: z.unknown(), before: evaluationSchema, after: evaluationSchema })),
    unreachable: z.array(z.object({ ...ruleRefFields, because: z.array(z.object(ruleRefFields)), why: z.string() })),
    effect: effectSchema,
    serveMoves: z.array(serveMoveSchema),
    dependants: z.array(flagEffectSchema),
    revision: z.number(),
  })
  .meta({ id: 'Preview' });

export const segmentPreviewSchema: z.ZodType<SegmentPreviewView> = z
  .object({
    summary: sentencesSchema,
    before: sentencesSchema,
    after: sentencesSchema,
    sentence: z.string(),
    flags: z.array(flagEffectSchema),
    revision: z.number(),
  })
  .meta({ id: 'SegmentPreview' });

const dependencySchema = z
  .object({
    flag: keySchema,
    name: z.string(),
    distance: z.number(),
    needs: z.array(prerequisiteSchema),
    state: z.enum(['on', 'off', 'partial', 'killed']),
    share: z.number().nullable(),
    label: z.string(),
  })
  .meta({ id: 'Dependency' });

export const dependenciesSchema: z.ZodType<DependenciesView> = z
  .object({
    flag: dependencySchema,
    prerequisites: z.array(dependencySchema),
    dependants: z.array(dependencySchema),
    segments: z.array(z.object({ segment: keySchema, name: z.string(), via: z.string() })),
    takesDown: z.array(keySchema),
  })
  .meta({ id: 'Dependencies' });
