import type { ContextInput } from '@glidepath/core';
import { z } from 'zod';
import type { DependenciesView, EvaluationView, PreviewView, SegmentPreviewView } from './api-types.ts';
import { prerequisiteSchema } from './schemas.ts';

/** What the routes of evaluation, of previews and of dependencies answer. */

const keySchema = z.string();
const sentencesSchema = z.array(z.string());

export const evaluationSchema: z.ZodType<EvaluationView> = z
  .object({
    flag: keySchema,
    value: z.unknown(),
    variation: z.string().nullable(),
    reason: z.unknown(),
    trace: z.array(z.object({ step: z.string(), matched: z.boolean(), why: z.string() })),
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
