import { z } from 'zod';
import type {
  AuditVerdictView,
  AuditView,
  ConnectionView,
  Delivery,
  DryRun,
  EnvironmentChangeView,
  FlagConfigView,
  FlagDefinitionView,
  FlagRow,
  FlagView,
  FlagWithEnvironments,
  HistoryEntry,
  Page,
  Written,
  WrittenMany,
} from './api-types.ts';
import {
  flagTypeSchema,
  jsonSchema,
  linkSchema,
  prerequisiteSchema,
  purposeSchema,
  ruleSchema,
  serveSchema,
  targetSchema,
  variationSchema,
} from './schemas.ts';

/** What the routes of flags, changes and audit answer, and what all answers share. */

export const timeSchema = z.string().describe('RFC 3339, UTC, milliseconds');
export const keySchema = z.string();
export const versionedFields = { revision: z.number(), updatedAt: timeSchema };
export const sentencesSchema = z.array(z.string());

const killSchema = z.object({ at: timeSchema, by: z.string(), reason: z.string() }).meta({ id: 'Kill' });

const flagFields = {
  key: keySchema,
  name: z.string(),
  description: z.string(),
  type: flagTypeSchema,
  variations: z.array(variationSchema),
  purpose: purposeSchema,
  lifetimeDays: z.number().nullable(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  links: z.array(linkSchema),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  clientSide: z.boolean(),
  salt: z.string(),
  jsonSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  archivedAt: timeSchema.nullable(),
  ...versionedFields,
};

export const flagViewSchema: z.ZodType<FlagView> = z.object(flagFields).meta({ id: 'Flag' });

export const flagConfigViewSchema: z.ZodType<FlagConfigView> = z
  .object({
    flag: keySchema,
    environment: keySchema,
    on: z.boolean(),
    killed: killSchema.nullable(),
    offVariation: keySchema,
    prerequisites: z.array(prerequisiteSchema),
    targets: z.array(targetSchema),
    rules: z.array(ruleSchema),
    fallthrough: serveSchema,
    serves: sentencesSchema,
    rollout: z
      .object({ id: z.string(), state: z.string(), percent: z.number(), variation: keySchema })
      .nullable()
      .exactOptional()
      .describe('The rollout that drives it now; only where one configuration is read'),
    ...versionedFields,
  })
  .meta({ id: 'FlagConfig' });

export const flagWithEnvironmentsSchema: z.ZodType<FlagView & Partial<FlagWithEnvironments>> = z
  .object({ ...flagFields, environments: z.array(flagConfigViewSchema).exactOptional() })
  .meta({ id: 'FlagWithEnvironments' });

export const flagRowStateSchema = z.object({
  environment: keySchema,
  state: z.enum(['on', 'off', 'partial', 'killed']),
  share: z.number().nullable(),
  label: z.string(),
  killed: killSchema.nullable(),
});

const flagDefinitionSchema: z.ZodType<FlagDefinitionView> = z
  .object({
    ...flagFields,
    ownerName: z.string().nullable(),
    configurations: z.array(z.object({ environment: keySchema, offVariation: keySchema, rules: z.array(ruleSchema) })),
  })
  .meta({ id: 'FlagDefinition' });

export const flagRowSchema: z.ZodType<FlagRow> = z
  .object({
    key: keySchema,
    name: z.string(),
    type: flagTypeSchema,
    purpose: purposeSchema,
    owner: z.string().nullable(),
    tags: z.array(z.string()),
    clientSide: z.boolean(),
    lifetimeDays: z.number().nullable(),
    createdAt: timeSchema,
    archivedAt: timeSchema.nullable(),
    revision: z.number(),
    environments: z.array(flagRowStateSchema),
    definition: flagDefinitionSchema.exactOptional(),
  })
  .meta({ id: 'FlagRow' });

const latencySchema = z.number().nullable();

export const deliverySchema: z.ZodType<Delivery> = z
  .object({
    version: z.number(),
    connected: z.number(),
    applied: z.number(),
    gone: z.number(),
    p50Ms: latencySchema,
    p99Ms: latencySchema,
    slowestMs: latencySchema,
    stragglers: z.array(
      z.object({
        connection: z.string(),
        application: z.string().nullable(),
        instance: z.string().nullable(),
        version: z.number(),
        silentMs: z.number(),
      }),
    ),
    browsers: z.object({ connected: z.number(), applied: z.number() }),
    pollers: z.number(),
    complete: z.boolean(),
  })
  .meta({ id: 'Delivery' });

export const connectionSchema: z.ZodType<ConnectionView> = z
  .object({
    id: z.string(),
    sdk: z.string(),
    application: z.object({
      name: z.string().exactOptional(),
      version: z.string().exactOptional(),
      instance: z.string().exactOptional(),
      region: z.string().exactOptional(),
    }),
    connectedAt: z.number(),
    version: z.number().nullable(),
    lastSeenMs: z.number(),
    unsupported: z.array(z.string()),
  })
  .meta({ id: 'Connection' });

const changedDocumentSchema = z.object({
  kind: z.enum(['flag', 'flag-config', 'flag-plan', 'segment', 'segment-config']),
  key: keySchema,
  environment: keySchema.nullable(),
  revision: z.number(),
  document: z.unknown(),
  summary: sentencesSchema,
  diff: z.array(z.unknown()),
});

export const outcomeFields = {
  versions: z.record(keySchema, z.number()).describe('New version of each environment whose payload changed'),
  changeId: z.string(),
  delivery: z.record(keySchema, deliverySchema).exactOptional(),
};

export const dryRunFields = {
  diff: z.array(changedDocumentSchema.pick({ kind: true, key: true, environment: true, diff: true })),
  summary: sentencesSchema,
};

const dryRunSchema: z.ZodType<DryRun> = z.object(dryRunFields).meta({ id: 'DryRun' });

/** The answer of a write of one document, or of its dry run. */
export function writtenSchema<D>(document: z.ZodType<D>): z.ZodType<Written<D> | DryRun> {
  return z.union([z.object({ document, ...outcomeFields }), dryRunSchema]) as z.ZodType<Written<D> | DryRun>;
}

export const writtenManySchema: z.ZodType<WrittenMany | DryRun> = z.union([
  z.object({ documents: z.array(changedDocumentSchema), ...outcomeFields }),
  dryRunSchema,
]);

export function pageSchema<I>(item: z.ZodType<I>): z.ZodType<Page<I>> {
  return z.object({ items: z.array(item), total: z.number(), next: z.string().exactOptional() });
}

const stepSchema = z.object({ from: z.number(), to: z.number() });

export const historyEntrySchema: z.ZodType<HistoryEntry> = z
  .object({
    seq: z.number(),
    at: timeSchema,
    actor: z.string(),
    by: z.string(),
    origin: z.string(),
    comment: z.string().nullable(),
    changeId: z.string(),
    revision: z.number(),
    summary: sentencesSchema,
    before: z.unknown(),
    after: z.unknown(),
    version: stepSchema.nullable(),
  })
  .meta({ id: 'HistoryEntry' });

export const auditViewSchema: z.ZodType<AuditView> = z
  .object({
    seq: z.number(),
    at: timeSchema,
    actor: z.string(),
    origin: z.string(),
    action: z.string(),
    project: z.string().nullable(),
    changeId: z.string(),
    environments: z.array(stepSchema.extend({ key: keySchema })),
    content: z.unknown(),
    hash: z.string(),
  })
  .meta({ id: 'AuditRecord' });

export const auditVerdictSchema: z.ZodType<AuditVerdictView> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('intact'), seq: z.number(), hash: z.string() }),
    z.object({ state: z.literal('broken'), seq: z.number(), because: z.string() }),
  ])
  .meta({ id: 'AuditVerdict' });

export const environmentChangeSchema: z.ZodType<EnvironmentChangeView> = z
  .object({
    version: z.number(),
    at: timeSchema,
    changeId: z.string(),
    urgent: z.boolean(),
    items: z.array(z.object({ op: z.enum(['put', 'del', 'members']), kind: z.string(), key: keySchema })),
    actor: z.string().nullable(),
    by: z.string().nullable(),
    origin: z.string().nullable(),
    comment: z.string().nullable(),
    summary: sentencesSchema,
  })
  .meta({ id: 'EnvironmentChange' });
