import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { timeSchema } from '../http/answer-schemas.ts';
import { type Api, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import type { DigestPreviewView, DigestSentView, NudgeView } from '../http/lifecycle-types.ts';
import { jsonSchema, keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import { type Announcer, blocksOf } from '../notify/announcer.ts';
import type { Reads } from '../store/store.ts';
import { inLines } from './digest.ts';
import { digestTimes, settingsOf } from './lifecycle-settings.ts';
import type { Reminders } from './reminders.ts';

export interface DigestPreviewRouteDeps {
  readonly reads: Reads;
  readonly clock: Pick<Clock, 'now'>;
  readonly reminders: Reminders;
  readonly announcer: Announcer;
}

const DIGEST = `${PROJECT_PATH}/lifecycle/digest`;
const tags = ['Lifecycle'];
const paramsSchema = z.strictObject({ p: keySchema });

const previewSchema: z.ZodType<DigestPreviewView> = z
  .object({
    dueAt: timeSchema.nullable().describe('Null where no digest is sent'),
    channels: z.array(z.string()),
    messages: z.array(z.object({ text: z.string(), blocks: z.array(jsonSchema) })),
    nudges: z.array(z.object({ owner: z.string().nullable(), flags: z.array(z.string()), text: z.string() })),
  })
  .meta({ id: 'DigestPreview' });

const sentSchema: z.ZodType<DigestSentView> = z
  .object({ channels: z.array(z.string()), stale: z.number() })
  .meta({ id: 'DigestSent' });

const nudgeSchema: z.ZodType<NudgeView> = z
  .object({
    owner: z.string(),
    flags: z.array(z.string()).describe('All stale ones of this owner: they are told of at once'),
    text: z.string(),
    blocks: z.array(jsonSchema).describe('The message as a channel at Slack gets it'),
    channels: z.array(z.string()),
    nudgedAt: timeSchema.nullable().describe('Null with dryRun'),
  })
  .meta({ id: 'Nudge' });

/** Routes of what people are told of stale flags: looking at it before, and sending it now. */
export function registerDigestPreviewRoutes(
  api: Api,
  { reads, clock, reminders, announcer }: DigestPreviewRouteDeps,
): void {
  api.get(
    DIGEST,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'What the next digest of stale flags would say, and whom owners would be reminded of what',
        params: paramsSchema,
        response: { 200: previewSchema, '4xx': problemSchema },
      },
    },
    async ({ project }) => {
      const { digest: times } = await settingsOf(reads, project.id);
      const digest = await reminders.digest(project);
      const [dueAt] = times.isEnabled ? digestTimes(times, clock.now(), 1) : [];
      const messages = digest === null ? [] : await announcer.messagesOf(digest);
      const nudges = [];
      for (const nudge of await reminders.nudges(project)) {
        const [message] = await announcer.messagesOf(nudge);
        const text = inLines(message?.text ?? '', nudge);
        nudges.push({ owner: nudge.owner, flags: nudge.flags.map(({ key }) => key), text });
      }
      return {
        dueAt: dueAt === undefined ? null : timeOf(dueAt),
        channels: digest === null ? [] : await announcer.hearersOf(digest),
        messages: messages.map((message) => ({ text: message.text, blocks: blocksOf(message) })),
        nudges,
      };
    },
  );

  api.post(
    `${DIGEST}/send`,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Sends the digest of stale flags now; the next one comes when it is due',
        params: paramsSchema,
        headers: writeHeadersSchema,
        response: { 200: sentSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const digest = await reminders.sendDigest(request.project, causeOf(request, writeOptionsOf(request)));
      return { channels: await announcer.hearersOf(digest), stale: digest.stale };
    },
  );

  api.post(
    `${PROJECT_PATH}/flags/:f/nudge`,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Reminds the owner of a stale flag, of all of theirs at once; at most once in seven days',
        params: paramsSchema.extend({ f: keySchema }),
        headers: writeHeadersSchema,
        body: z.strictObject({ dryRun: z.boolean().exactOptional().describe('Only tells what would be sent') }),
        response: { 200: nudgeSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { project, params, body } = request;
      return reminders.nudge(project, params.f, causeOf(request, writeOptionsOf(request)), body.dryRun ?? false);
    },
  );
}
