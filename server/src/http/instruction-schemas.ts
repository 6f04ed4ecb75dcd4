import type {
  ConfigInstruction,
  FlagInput,
  FlagInstruction,
  MembersInput,
  RuleInput,
  SegmentConfigInstruction,
  SegmentInput,
  SegmentInstruction,
  ServeInput,
} from '@glidepath/core/change';
import { z } from 'zod';
import {
  allocationSchema,
  bucketBySchema,
  bucketsSchema,
  clausesSchema,
  contextKeysSchema,
  contextKindSchema,
  flagTypeSchema,
  jsonSchema,
  keySchema,
  lifetimeSchema,
  linksSchema,
  metadataSchema,
  nameSchema,
  ownerSchema,
  prerequisiteSchema,
  proseSchema,
  purposeSchema,
  ruleIdSchema,
  saltSchema,
  tagsSchema,
  variationSchema,
  variationsSchema,
  weightsSchema,
} from './schemas.ts';

const INSTRUCTIONS = 200;
const indexSchema = z.int().min(0);

/** A split as somebody wants it. */
export const splitFields = {
  weights: weightsSchema,
  by: bucketBySchema.exactOptional().describe('The `key` of the `user` context if absent'),
  salt: saltSchema.exactOptional().describe("The flag's salt if absent"),
};

const serveInputSchema = z
  .union([z.strictObject({ variation: keySchema }), z.strictObject({ split: z.strictObject(splitFields) })])
  .meta({ id: 'WantedServe' }) satisfies z.ZodType<ServeInput>;

const ruleInputSchema = z
  .strictObject({
    id: ruleIdSchema.exactOptional(),
    name: z.string().max(256).exactOptional(),
    clauses: clausesSchema,
    serve: serveInputSchema,
  })
  .meta({ id: 'NewRule' }) satisfies z.ZodType<RuleInput>;

const targetsFields = { variation: keySchema, contextKind: contextKindSchema, keys: contextKeysSchema };

export const configInstructionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('turn-on') }),
    z.strictObject({ kind: z.literal('turn-off') }),
    z.strictObject({ kind: z.literal('kill'), reason: z.string().min(1).max(1_000) }),
    z.strictObject({ kind: z.literal('restore') }),
    z.strictObject({ kind: z.literal('set-off-variation'), variation: keySchema }),
    z.strictObject({ kind: z.literal('set-fallthrough'), serve: serveInputSchema }),
    z.strictObject({ kind: z.literal('add-rule'), rule: ruleInputSchema, index: indexSchema.exactOptional() }),
    z.strictObject({
      kind: z.literal('update-rule'),
      ruleId: ruleIdSchema,
      name: z.string().max(256).exactOptional(),
      clauses: clausesSchema.exactOptional(),
      serve: serveInputSchema.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('remove-rule'), ruleId: ruleIdSchema }),
    z.strictObject({ kind: z.literal('move-rule'), ruleId: ruleIdSchema, index: indexSchema }),
    z.strictObject({
      kind: z.literal('set-split'),
      at: ruleIdSchema.describe('`fallthrough` or the id of a rule'),
      weights: weightsSchema,
      by: bucketBySchema.exactOptional(),
      salt: saltSchema.exactOptional(),
      allocation: allocationSchema.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('set-targets'), ...targetsFields }),
    z.strictObject({ kind: z.literal('add-targets'), ...targetsFields }),
    z.strictObject({ kind: z.literal('remove-targets'), ...targetsFields }),
    z.strictObject({ kind: z.literal('set-prerequisites'), prerequisites: z.array(prerequisiteSchema).max(100) }),
  ])
  .meta({ id: 'ConfigInstruction' }) satisfies z.ZodType<ConfigInstruction>;

export const flagInstructionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rename'), name: nameSchema }),
    z.strictObject({ kind: z.literal('describe'), description: proseSchema }),
    z.strictObject({ kind: z.literal('set-owner'), owner: ownerSchema }),
    z.strictObject({ kind: z.literal('set-tags'), tags: tagsSchema }),
    z.strictObject({ kind: z.literal('set-links'), links: linksSchema }),
    z.strictObject({ kind: z.literal('set-metadata'), metadata: metadataSchema }),
    z.strictObject({ kind: z.literal('set-purpose'), purpose: purposeSchema }),
    z.strictObject({ kind: z.literal('set-lifetime'), lifetimeDays: lifetimeSchema }),
    z.strictObject({ kind: z.literal('set-client-side'), clientSide: z.boolean() }),
    z.strictObject({ kind: z.literal('set-json-schema'), jsonSchema }),
    z.strictObject({
      kind: z.literal('add-variation'),
      variation: variationSchema,
      index: indexSchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('update-variation'),
      variation: keySchema,
      name: z.string().max(256).exactOptional(),
      description: proseSchema.exactOptional(),
      value: jsonSchema.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('remove-variation'), variation: keySchema }),
    z.strictObject({ kind: z.literal('set-salt'), salt: saltSchema }),
    z.strictObject({
      kind: z.literal('archive'),
      confirm: z
        .string()
        .max(256)
        .exactOptional()
        .describe('The key of the flag: asked for where it serves several variations, or was evaluated within 7 days'),
    }),
    z.strictObject({ kind: z.literal('unarchive') }),
  ])
  .meta({ id: 'FlagInstruction' }) satisfies z.ZodType<FlagInstruction>;

export const segmentInstructionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rename'), name: nameSchema }),
    z.strictObject({ kind: z.literal('describe'), description: proseSchema }),
  ])
  .meta({ id: 'SegmentInstruction' }) satisfies z.ZodType<SegmentInstruction>;

const membersFields = {
  list: z.enum(['included', 'excluded']),
  contextKind: contextKindSchema,
  keys: contextKeysSchema,
} satisfies { [K in keyof MembersInput]: z.ZodType<MembersInput[K]> };

const segmentRuleFields = {
  name: z.string().max(256).exactOptional(),
  by: bucketBySchema.exactOptional(),
  salt: saltSchema.exactOptional(),
};

export const segmentConfigInstructionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('add-members'), ...membersFields }),
    z.strictObject({ kind: z.literal('remove-members'), ...membersFields }),
    z.strictObject({ kind: z.literal('set-members'), ...membersFields }),
    z.strictObject({
      kind: z.literal('add-rule'),
      rule: z.strictObject({
        id: ruleIdSchema.exactOptional(),
        clauses: clausesSchema,
        share: bucketsSchema.exactOptional(),
        ...segmentRuleFields,
      }),
      index: indexSchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('update-rule'),
      ruleId: ruleIdSchema,
      clauses: clausesSchema.exactOptional(),
      share: bucketsSchema.nullable().exactOptional(),
      ...segmentRuleFields,
    }),
    z.strictObject({ kind: z.literal('remove-rule'), ruleId: ruleIdSchema }),
    z.strictObject({ kind: z.literal('move-rule'), ruleId: ruleIdSchema, index: indexSchema }),
  ])
  .meta({ id: 'SegmentConfigInstruction' }) satisfies z.ZodType<SegmentConfigInstruction>;

/** What may be said of a flag when it is made, by itself or as code. */
export const flagInputFields = {
  key: keySchema,
  type: flagTypeSchema,
  name: nameSchema.exactOptional(),
  description: proseSchema.exactOptional(),
  purpose: purposeSchema.exactOptional(),
  owner: ownerSchema.exactOptional(),
  lifetimeDays: lifetimeSchema.exactOptional().describe('null = permanent'),
  tags: tagsSchema.exactOptional(),
  metadata: metadataSchema.exactOptional(),
  clientSide: z.boolean().exactOptional().describe('Whether browsers may receive its value'),
  variations: variationsSchema.exactOptional(),
};

export const flagInputSchema = z.strictObject(flagInputFields).meta({ id: 'NewFlag' }) satisfies z.ZodType<FlagInput>;

/** The same of a segment. */
export const segmentInputFields = {
  key: keySchema,
  name: nameSchema.exactOptional(),
  description: proseSchema.exactOptional(),
};

export const segmentInputSchema = z
  .strictObject(segmentInputFields)
  .meta({ id: 'NewSegment' }) satisfies z.ZodType<SegmentInput>;

export const commentSchema = z.string().max(4_000);

/** The body of a PATCH: why, and what to do, in order, all or nothing. */
export function patchSchema<I extends z.ZodType>(instruction: I) {
  return z.strictObject({
    comment: commentSchema.exactOptional(),
    instructions: z.array(instruction).min(1).max(INSTRUCTIONS),
  });
}

const comparedFields = { expectedRevision: z.int().min(1).exactOptional() };

const documentChangeSchema = z.union([
  z.strictObject({
    flag: keySchema,
    environment: keySchema,
    ...comparedFields,
    instructions: z.array(configInstructionSchema).min(1).max(INSTRUCTIONS),
  }),
  z.strictObject({
    flag: keySchema,
    ...comparedFields,
    instructions: z.array(flagInstructionSchema).min(1).max(INSTRUCTIONS),
  }),
  z.strictObject({
    segment: keySchema,
    environment: keySchema,
    ...comparedFields,
    instructions: z.array(segmentConfigInstructionSchema).min(1).max(INSTRUCTIONS),
  }),
  z.strictObject({
    segment: keySchema,
    ...comparedFields,
    instructions: z.array(segmentInstructionSchema).min(1).max(INSTRUCTIONS),
  }),
]);

/** The body of `POST …/changes`. */
export const changesSchema = z
  .strictObject({
    comment: commentSchema.exactOptional(),
    changes: z.array(documentChangeSchema).min(1).max(100),
  })
  .meta({ id: 'Changes' });
