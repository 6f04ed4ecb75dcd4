import type {
  Allocation,
  BucketBy,
  Clause,
  FlagMetadata,
  FlagType,
  Json,
  Link,
  Prerequisite,
  Purpose,
  Rule,
  Scalar,
  SegmentRule,
  Serve,
  Split,
  Target,
  Variation,
  Weights,
} from '@glidepath/core';
import { BUCKETS, KEY_PATTERN, KIND_PATTERN, LIMITS, RESERVED_KEYS } from '@glidepath/core';
import { z } from 'zod';

/** The model's shapes at the edge. What they mean together is checked by `core/change`. */

const PROSE_CHARACTERS = 10_000;
const NAME_CHARACTERS = 256;

export const keySchema = z
  .string()
  .regex(KEY_PATTERN, 'must begin with a letter or digit and hold at most 128 letters, digits, ".", "_" and "-"')
  .refine((key) => !RESERVED_KEYS.has(key), 'is a reserved word: choose another key');

export const contextKindSchema = z
  .string()
  .regex(KIND_PATTERN, 'must hold 1 to 64 letters, digits, ".", "_" and "-"')
  .refine((kind) => kind !== 'kind' && kind !== 'multi', '"kind" and "multi" are no kinds of contexts');

export const nameSchema = z.string().min(1).max(NAME_CHARACTERS);
export const proseSchema = z.string().max(PROSE_CHARACTERS);
export const bucketsSchema = z.int().min(0).max(BUCKETS);

/** The key of a context, as lists name it. */
const contextKeySchema = z.string().min(1).max(1_024);
export const contextKeysSchema = z.array(contextKeySchema).max(LIMITS.segmentKeys);

export const jsonSchema: z.ZodType<Json> = z.json().meta({ id: 'Json' });

const scalarSchema = z.union([z.string().max(4_096), z.number(), z.boolean()]) satisfies z.ZodType<Scalar>;

export const flagTypeSchema = z.enum(['boolean', 'string', 'number', 'json']) satisfies z.ZodType<FlagType>;

export const purposeSchema = z.enum([
  'release',
  'experiment',
  'kill-switch',
  'operational',
  'permission',
  'migration',
]) satisfies z.ZodType<Purpose>;

export const variationSchema = z
  .strictObject({
    key: keySchema,
    value: jsonSchema,
    name: nameSchema.exactOptional(),
    description: proseSchema.exactOptional(),
  })
  .meta({ id: 'Variation' }) satisfies z.ZodType<Variation>;

export const variationsSchema = z.array(variationSchema).max(LIMITS.variations);

export const linkSchema = z
  .strictObject({
    kind: z.enum(['issue', 'pull-request', 'doc', 'runbook']),
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2_048),
    title: nameSchema.exactOptional(),
  })
  .meta({ id: 'Link' }) satisfies z.ZodType<Link>;

export const linksSchema = z.array(linkSchema).max(50);
export const tagsSchema = z.array(z.string().min(1).max(64)).max(50);
export const lifetimeSchema = z.int().min(1).max(36_500).nullable();
export const ownerSchema = z.string().min(1).max(128).nullable();
export const saltSchema = z.string().min(1).max(NAME_CHARACTERS);

export const metadataSchema = z.record(
  z.string().min(1).max(128),
  z.union([z.string(), z.number(), z.boolean()]),
) satisfies z.ZodType<FlagMetadata>;

export const bucketBySchema = z
  .strictObject({ contextKind: contextKindSchema, attribute: z.string().min(1).max(NAME_CHARACTERS) })
  .meta({ id: 'BucketBy' }) satisfies z.ZodType<BucketBy>;

export const weightsSchema = z.record(keySchema, bucketsSchema).meta({
  id: 'Weights',
  description: 'Thousandths of a percent per variation key, summing to 100,000',
}) satisfies z.ZodType<Weights>;

export const allocationSchema = z
  .array(z.strictObject({ from: bucketsSchema, to: bucketsSchema, variation: keySchema }))
  .max(BUCKETS)
  .meta({
    id: 'Allocation',
    description: 'Sorted, disjoint bucket ranges, `to` exclusive',
  }) satisfies z.ZodType<Allocation>;

const splitSchema = z
  .strictObject({
    weights: weightsSchema,
    allocation: allocationSchema,
    by: bucketBySchema.exactOptional(),
    salt: saltSchema.exactOptional(),
  })
  .meta({ id: 'Split' }) satisfies z.ZodType<Split>;

export const serveSchema = z
  .union([z.strictObject({ variation: keySchema }), z.strictObject({ split: splitSchema })])
  .meta({ id: 'Serve' }) satisfies z.ZodType<Serve>;

const clauseSchema = z
  .strictObject({
    kind: contextKindSchema.exactOptional(),
    attribute: z.string().max(NAME_CHARACTERS),
    operator: z.string().min(1).max(64),
    values: z.array(scalarSchema).max(LIMITS.valuesPerClause),
    negate: z.boolean().exactOptional(),
  })
  .meta({ id: 'Clause' }) satisfies z.ZodType<Clause>;

export const clausesSchema = z.array(clauseSchema).max(LIMITS.clausesPerRule);
export const ruleIdSchema = z.string().min(1).max(128);

export const ruleSchema = z
  .strictObject({
    id: ruleIdSchema,
    name: z.string().max(NAME_CHARACTERS),
    clauses: clausesSchema,
    serve: serveSchema,
  })
  .meta({ id: 'Rule' }) satisfies z.ZodType<Rule>;

export const prerequisiteSchema = z
  .strictObject({ flag: keySchema, variations: z.array(keySchema).min(1).max(LIMITS.variations) })
  .meta({ id: 'Prerequisite' }) satisfies z.ZodType<Prerequisite>;

export const targetSchema = z
  .strictObject({ variation: keySchema, contextKind: contextKindSchema, keys: contextKeysSchema })
  .meta({ id: 'Target' }) satisfies z.ZodType<Target>;

export const segmentRuleSchema = z
  .strictObject({
    id: ruleIdSchema,
    name: z.string().max(NAME_CHARACTERS),
    clauses: clausesSchema,
    share: bucketsSchema.exactOptional(),
    by: bucketBySchema.exactOptional(),
    salt: saltSchema.exactOptional(),
  })
  .meta({ id: 'SegmentRule' }) satisfies z.ZodType<SegmentRule>;
