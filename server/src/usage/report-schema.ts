import { z } from 'zod';

/**
 * What SDKs send to `POST /sdk/v1/events`. Unknown members are left aside rather than refused, at every level: a newer
 * SDK must not lose its counts at an older server.
 */

const countSchema = z.int().min(0).describe('How many evaluations');

/** Names are kept as far as they are readable; whoever sends longer ones is still counted. */
const nameSchema = (characters: number) => z.string().transform((text) => [...text].slice(0, characters).join(''));

const evaluationsSchema = z.object({
  flag: z.string().max(128),
  fv: z.int().min(0).describe('The `rev` of the flag that was evaluated'),
  var: z.string().max(128).describe('Key of the variation'),
  reason: z.string().max(64).describe('Kind of the reason'),
  n: countSchema,
});

const missingSchema = z.tuple([nameSchema(128), nameSchema(64), countSchema], z.unknown());

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
    dropped: countSchema.exactOptional().describe('Evaluations that the client could not keep count of'),
  })
  .meta({ id: 'UsageReport' });

export type WireReport = z.infer<typeof reportSchema>;
