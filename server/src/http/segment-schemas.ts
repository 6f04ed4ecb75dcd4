import { z } from 'zod';
import {
  dryRunFields,
  flagRowStateSchema,
  keySchema,
  outcomeFields,
  sentencesSchema,
  timeSchema,
  versionedFields,
} from './answer-schemas.ts';
import type {
  MembersDryRun,
  MembersPage,
  SegmentConfigView,
  SegmentRow,
  SegmentUserView,
  SegmentView,
  Written,
} from './api-types.ts';
import { segmentRuleSchema } from './schemas.ts';

/** What the routes of segments answer. */

const segmentFields = {
  key: keySchema,
  name: z.string(),
  description: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
  ...versionedFields,
};

export const segmentViewSchema: z.ZodType<SegmentView> = z.object(segmentFields).meta({ id: 'Segment' });

const countsSchema = z.array(z.object({ contextKind: z.string(), count: z.number() }));

export const segmentRowSchema: z.ZodType<SegmentRow> = z
  .object({
    ...segmentFields,
    usedBy: z.object({ flags: z.number(), segments: z.number() }),
    environments: z.array(
      z.object({
        environment: keySchema,
        included: z.number(),
        excluded: z.number(),
        rules: z.number(),
        belongs: sentencesSchema,
        usedBy: z.number(),
      }),
    ),
  })
  .meta({ id: 'SegmentRow' });

export const segmentUserSchema: z.ZodType<SegmentUserView> = z
  .object({
    environment: keySchema,
    kind: z.enum(['flag', 'segment']),
    key: keySchema,
    name: z.string(),
    ruleId: z.string(),
    ruleIndex: z.number(),
    ruleName: z.string(),
    state: flagRowStateSchema.nullable(),
  })
  .meta({ id: 'SegmentUser' });

export const segmentConfigViewSchema: z.ZodType<SegmentConfigView> = z
  .object({
    segment: keySchema,
    environment: keySchema,
    included: countsSchema,
    excluded: countsSchema,
    rules: z.array(segmentRuleSchema),
    belongs: sentencesSchema,
    ...versionedFields,
  })
  .meta({ id: 'SegmentConfig' });

export const membersPageSchema: z.ZodType<MembersPage> = z
  .object({
    items: z.array(z.object({ list: z.enum(['included', 'excluded']), contextKind: z.string(), key: z.string() })),
    total: z.number(),
    next: z.string().exactOptional(),
    revision: z.number(),
  })
  .meta({ id: 'MembersPage' });

/** The answer of a members import, or of its dry run. */
export const membersWrittenSchema: z.ZodType<Written<SegmentConfigView> | MembersDryRun> = z.union([
  z.object({ document: segmentConfigViewSchema, ...outcomeFields }),
  z
    .object({
      ...dryRunFields,
      members: z.object({ added: z.number(), removed: z.number(), unchanged: z.number() }),
    })
    .meta({ id: 'MembersDryRun' }),
]);
