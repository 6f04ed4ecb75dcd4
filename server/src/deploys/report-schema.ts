import { z } from 'zod';
import type { DeployReport } from './deploy.ts';
import { DEPLOY_STATUSES } from './deploy-views.ts';

/** One line of text that people read: no control characters. */
const lineSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]+$/u, 'must be one line of text');

const momentSchema = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-03-01T12:00:00.000Z' })
  .transform(Date.parse);
const urlSchema = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2_048);

/** What may be told of a deploy: by the API, and by messages of integrations. */
export const deployFields = {
  service: lineSchema(128).describe('The `app.name` that the SDKs of its instances report'),
  version: lineSchema(128).describe('The `app.version` that the SDKs of its instances report'),
  attempt: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .describe('Tells attempts to bring the same version there apart; 1 where absent'),
  status: z.enum(DEPLOY_STATUSES),
  startedAt: momentSchema.exactOptional(),
  finishedAt: momentSchema.exactOptional().describe('When it came to its status; now where absent'),
  commit: lineSchema(128).exactOptional(),
  commits: z
    .array(z.strictObject({ sha: lineSchema(128), committedAt: momentSchema.exactOptional() }))
    .max(500)
    .exactOptional()
    .describe('What it brings that was not there before'),
  url: urlSchema.exactOptional().describe('Where its log can be read'),
  deployedBy: lineSchema(256).exactOptional().describe('Who deployed it'),
};

export type Told = z.output<z.ZodObject<typeof deployFields>>;

export function reportFrom(told: Told): DeployReport {
  const { service, version, attempt = 1, status, startedAt = null, finishedAt = null, commit = null } = told;
  const { url = null, deployedBy = null, commits = [] } = told;
  return {
    service,
    version,
    attempt,
    status,
    startedAt,
    finishedAt,
    commit,
    commits: commits.map(({ sha, committedAt = null }) => ({ sha, committedAt })),
    url,
    deployedBy,
  };
}
