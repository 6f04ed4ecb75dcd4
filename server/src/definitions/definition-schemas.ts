import { LIMITS } from '@glidepath/core';
import type {
  EnvironmentDefinition,
  FlagDefinition,
  MembershipDefinition,
  RuleDefinition,
  SegmentDefinition,
  SegmentRuleDefinition,
  ServeDefinition,
} from '@glidepath/core/definition';
import { DEFINITION_FORMAT } from '@glidepath/core/definition';
import { z } from 'zod';
import { commentSchema, flagInputFields, segmentInputFields, splitFields } from '../http/instruction-schemas.ts';
import {
  allocationSchema,
  bucketBySchema,
  bucketsSchema,
  clausesSchema,
  contextKeysSchema,
  contextKindSchema,
  jsonSchema,
  keySchema,
  linksSchema,
  prerequisiteSchema,
  ruleIdSchema,
  saltSchema,
  targetSchema,
} from '../http/schemas.ts';
import { planDefinitionSchema } from '../rollouts/plan-schemas.ts';

/** The shapes of flags as code. What they mean together is checked by the one write path. */

/** As many flags, and as many segments, as one change may hold. */
const MOST_DEFINITIONS = 10_000;
const ENVIRONMENTS = 100;
const PREREQUISITES = 100;
const LISTS = 100;

const ownRuleIdSchema = ruleIdSchema
  .refine((id) => !id.startsWith('rollout:'), 'belongs to a release plan: choose another id')
  .describe('Stable: a rule that is renamed or moved keeps it');
const ruleNameSchema = z.string().max(256);

const serveDefinitionSchema = z
  .union([
    z.strictObject({ variation: keySchema }),
    z.strictObject({
      split: z.strictObject({
        ...splitFields,
        allocation: allocationSchema
          .exactOptional()
          .describe('Exact ranges; without them as few people move as can be'),
      }),
    }),
  ])
  .meta({ id: 'ServeDefinition' }) satisfies z.ZodType<ServeDefinition>;

const ruleDefinitionSchema = z
  .strictObject({
    id: ownRuleIdSchema,
    name: ruleNameSchema.exactOptional(),
    clauses: clausesSchema,
    serve: serveDefinitionSchema,
  })
  .meta({ id: 'RuleDefinition' }) satisfies z.ZodType<RuleDefinition>;

const environmentDefinitionSchema = z
  .strictObject({
    on: z.boolean(),
    offVariation: keySchema,
    prerequisites: z.array(prerequisiteSchema).max(PREREQUISITES).exactOptional(),
    targets: z.array(targetSchema).max(LISTS).exactOptional(),
    rules: z.array(ruleDefinitionSchema).max(LIMITS.rulesPerFlag).exactOptional(),
    fallthrough: serveDefinitionSchema,
    plan: planDefinitionSchema
      .exactOptional()
      .describe('How its releases go there; what a rollout has done is not said here'),
  })
  .meta({
    id: 'EnvironmentDefinition',
    description: 'What a flag does in one environment; lists that are absent are empty',
  }) satisfies z.ZodType<EnvironmentDefinition>;

/** By the keys of environments. */
const environmentsOf = <S extends z.ZodType>(schema: S) =>
  z
    .record(keySchema, schema)
    .refine((named) => Object.keys(named).length <= ENVIRONMENTS, `must have at most ${ENVIRONMENTS} entries`)
    .exactOptional();

const flagFields = {
  ...flagInputFields,
  links: linksSchema.exactOptional(),
  salt: saltSchema.exactOptional(),
  jsonSchema: jsonSchema.exactOptional(),
  archived: z.boolean().exactOptional().describe('Puts the flag aside, or takes it back'),
  environments: environmentsOf(environmentDefinitionSchema),
};

export const flagDefinitionSchema = z
  .strictObject(flagFields)
  .meta({ id: 'FlagAsCode' }) satisfies z.ZodType<FlagDefinition>;

const memberListsSchema = z
  .array(z.strictObject({ contextKind: contextKindSchema, keys: contextKeysSchema }))
  .max(LISTS);

const segmentRuleDefinitionSchema = z
  .strictObject({
    id: ruleIdSchema,
    name: ruleNameSchema.exactOptional(),
    clauses: clausesSchema,
    share: bucketsSchema.exactOptional(),
    by: bucketBySchema.exactOptional(),
    salt: saltSchema.exactOptional(),
  })
  .meta({ id: 'SegmentRuleDefinition' }) satisfies z.ZodType<SegmentRuleDefinition>;

const membershipDefinitionSchema = z
  .strictObject({
    included: memberListsSchema.exactOptional(),
    excluded: memberListsSchema.exactOptional(),
    rules: z.array(segmentRuleDefinitionSchema).max(LIMITS.rulesPerFlag).exactOptional(),
  })
  .meta({
    id: 'MembershipDefinition',
    description: 'Who belongs to a segment in one environment; lists of keys that are absent are left alone',
  }) satisfies z.ZodType<MembershipDefinition>;

const segmentFields = {
  ...segmentInputFields,
  environments: environmentsOf(membershipDefinitionSchema),
};

export const segmentDefinitionSchema = z
  .strictObject(segmentFields)
  .meta({ id: 'SegmentAsCode' }) satisfies z.ZodType<SegmentDefinition>;

export const formatSchema = z.literal(DEFINITION_FORMAT);

/** A file of a repository: one flag, or one segment, with the format that it is written in. */
const definitionFileSchema = z.union([
  z.strictObject({ apiVersion: formatSchema, kind: z.literal('flag').exactOptional(), ...flagFields }),
  z.strictObject({ apiVersion: formatSchema, kind: z.literal('segment'), ...segmentFields }),
]);

/** The JSON Schema of files, for editors. Fields that begin with `x-` are the writer's own: they are never sent. */
export function fileJsonSchema(): object {
  const { anyOf = [], ...schema } = z.toJSONSchema(definitionFileSchema, { io: 'input' });
  const forms = anyOf.map((form) => ({ ...form, patternProperties: { '^x-': {} } }));
  return { title: 'Glidepath: a flag or a segment as code', ...schema, anyOf: forms };
}

/** The body of `POST …/definitions`. */
export const definitionsSchema = z
  .strictObject({
    apiVersion: formatSchema,
    mode: z.enum(['code', 'import']).default('code').describe('What the history says that the change came from'),
    comment: commentSchema.exactOptional(),
    expect: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a fingerprint that a dry run answered')
      .exactOptional()
      .describe('Refuses with 412 when the service has moved since'),
    confirm: z
      .array(keySchema)
      .max(MOST_DEFINITIONS)
      .exactOptional()
      .describe('Keys of flags that are to be archived though they are still at work'),
    flags: z.array(flagDefinitionSchema).max(MOST_DEFINITIONS).default([]),
    segments: z.array(segmentDefinitionSchema).max(MOST_DEFINITIONS).default([]),
  })
  .meta({ id: 'Definitions' });
