import { z } from 'zod';

/**
 * What SDKs send to `POST /sdk/v1/events`. Unknown members are left aside rather than refused, at every level: a newer
 * SDK must not lose its counts at an older server.
 */

const countSchema = z.int().min(0).describe('How many evaluations');

/** Names are kept as far as they are readable; whoever sends longer ones is still counted. */
const nameSchema = (characters: number) => z.string().transform((text) => [...text].slice(0, characters).join(''));

const seriesShape = {
  flag: z.string().max(128),
  fv: z.int().min(0).describe('The `rev` of the flag that was evaluated'),
  rule: nameSchema(128).exactOptional().describe('Id of the rule that matched'),
  var: z.string().max(128).describe('Key of the variation'),
  arm: z.enum(['t', 'c']).exactOptional().describe('Treatment or control, where a rollout is measured'),
  stage: z.int().min(0).exactOptional().describe('Index of the stage of that rollout'),
};

const evaluationsSchema = z.object({
  ...seriesShape,
  reason: z.string().max(64).describe('Kind of the reason'),
  n: countSchema,
});

const missingSchema = z.tuple([nameSchema(128), nameSchema(64), countSchema], z.unknown());

const contextSchema = z.tuple([z.string().max(64), z.array(z.string()).max(1_000)], z.unknown());

/** What anonymous groups of those who are measured have counted. */
const byShardSchema = <T extends z.ZodType>(element: T) => z.array(element).length(32);

const sketchSchema = z.object({
  g: z.number().gt(1).max(2).describe('Each bucket ends where it began times this'),
  o: z.int().min(-10_000).max(10_000).describe('Number of the first bucket; bucket 0 ends at one millisecond'),
  c: z.array(countSchema).max(10_000),
});

const healthSchema = z.object({
  ...seriesShape,
  op: nameSchema(128).describe('What was done, such as `POST /pay`'),
  n: countSchema,
  err: countSchema,
  kinds: z.record(nameSchema(64), countSchema).exactOptional().describe('Errors by kind'),
  lat: z
    .union([z.array(sketchSchema).length(8), z.array(sketchSchema).length(1)])
    .exactOptional()
    .describe('Durations: one sketch for four shards each, or a single one outside of arms'),
  shards: z
    .object({
      n: byShardSchema(countSchema),
      err: byShardSchema(countSchema),
      people: byShardSchema(countSchema)
        .exactOptional()
        .describe('Those whom the process had not seen before in the stage'),
    })
    .exactOptional(),
});

const metricSchema = z.object({
  ...seriesShape,
  name: nameSchema(128),
  n: z.union([countSchema, byShardSchema(countSchema)]),
  sum: z.union([z.number(), byShardSchema(z.number())]),
  sumsq: byShardSchema(z.number().min(0)).exactOptional(),
});

const trackSchema = z.tuple(
  [nameSchema(128), z.record(z.string().max(128), z.string().max(128)), countSchema, z.number()],
  z.unknown(),
);

const sideSchema = z.object({
  flag: z.string().max(128),
  op: z.enum(['read', 'write', 'shadow']),
  side: z.enum(['old', 'new', 'control', 'candidate']).describe('Which of the two ways'),
  n: countSchema,
  err: countSchema,
  lat: sketchSchema.describe('Durations'),
});

const comparisonSchema = z.object({
  flag: z.string().max(128),
  stage: nameSchema(32).describe('Of the migration, or `shadow` for a dark launch'),
  n: countSchema.describe('How many pairs of answers were compared'),
  diff: countSchema.describe('How many of them differed'),
  skipped: countSchema.describe('How many were not compared because too much was under way'),
  paths: z
    .array(z.tuple([nameSchema(256), countSchema], z.unknown()))
    .max(100)
    .describe('The most frequent JSON pointers of what differed, never values'),
});

/** Left aside as a whole where it cannot be read: evaluations are not lost for what is told beside them. */
const listSchema = <T extends z.ZodType>(element: T) => z.array(element).exactOptional().catch([]);

export const reportSchema = z
  .object({
    schema: z.int().min(1),
    instance: z.string().min(1).max(64).describe('Names the client: another one after each start'),
    seq: z
      .int()
      .min(0)
      .describe('Numbers the reports of the client; one that is sent again keeps its number and counts once'),
    sdk: nameSchema(64),
    app: z.object({ name: nameSchema(128).exactOptional(), version: nameSchema(64).exactOptional() }).exactOptional(),
    from: z.number(),
    to: z.number(),
    evals: z.array(evaluationsSchema).exactOptional(),
    missing: z.array(missingSchema).exactOptional().describe('`[key, error, count]`: calls that got their fallback'),
    health: listSchema(healthSchema).describe('How operations ended, by what flags served'),
    metrics: listSchema(metricSchema).describe('Numbers of the application, by what flags served'),
    track: listSchema(trackSchema).describe('`[event, { flag: variation }, count, sum of values]` of the application'),
    sides: listSchema(sideSchema).describe('Calls of the two ways of migrations and dark launches'),
    comparisons: listSchema(comparisonSchema).describe('What became of comparing their answers'),
    contexts: listSchema(contextSchema).describe('`[kind, names of attributes]` of contexts, never values'),
    dropped: countSchema.exactOptional().describe('What the client could not keep count of'),
  })
  .meta({ id: 'UsageReport' });

export type WireReport = z.infer<typeof reportSchema>;
