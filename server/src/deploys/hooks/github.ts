import { z } from 'zod';
import { checkedBody } from '../../http/issues.ts';
import type { DeployStatus } from '../../store/deploys.ts';
import { type HookDefinition, type HookReading, ignored, isVersionTag, textOf } from './hook.ts';
import { newHookSecret, proveHexHmac } from './proof.ts';

const EVENT = 'deployment_status';

/** States before anything is brought, and after something else has been, are no news. */
const STATUSES: ReadonlyMap<string, DeployStatus> = new Map([
  ['in_progress', 'started'],
  ['success', 'succeeded'],
  ['failure', 'failed'],
  ['error', 'failed'],
]);

const personSchema = z.looseObject({ login: z.string() }).nullish();

const payloadSchema = z.looseObject({
  deployment_status: z.looseObject({
    state: z.string(),
    created_at: z.string(),
    log_url: z.string().nullish(),
    target_url: z.string().nullish(),
    creator: personSchema,
  }),
  deployment: z.looseObject({
    id: z.int(),
    sha: z.string(),
    ref: z.string(),
    environment: z.string(),
    created_at: z.string(),
    creator: personSchema,
    /** Whatever the maker of the deployment has put in: an object, or text. */
    payload: z.unknown().exactOptional(),
  }),
  repository: z.looseObject({ name: z.string() }),
});

/** What makers of deployments may say in their `payload`. */
const extraSchema = z.looseObject({ service: z.string().nullish(), version: z.string().nullish() });

export const github: HookDefinition = {
  label: 'GitHub',
  newSecret: newHookSecret,
  prove: (request, secret) => proveHexHmac(request, 'x-hub-signature-256', secret),
  read(headers, body, defaults): HookReading {
    const event = headers['x-github-event'];
    if (event !== EVENT) return ignored(`\`${event ?? 'no event'}\` is not \`${EVENT}\``);
    const { deployment_status: reached, deployment, repository } = checkedBody(payloadSchema, body);
    const status = STATUSES.get(reached.state);
    if (status === undefined) return ignored(`the state \`${reached.state}\` is no news of a deploy`);
    const extra = extraOf(deployment.payload);
    return {
      kind: 'report',
      told: {
        service: textOf(extra.service) ?? defaults.service ?? repository.name,
        environment: deployment.environment,
        version: textOf(extra.version) ?? (isVersionTag(deployment.ref) ? deployment.ref : deployment.sha),
        attempt: deployment.id,
        status,
        startedAt: deployment.created_at,
        finishedAt: status === 'started' ? null : reached.created_at,
        commit: deployment.sha,
        url: textOf(reached.log_url) ?? textOf(reached.target_url),
        deployedBy: (reached.creator ?? deployment.creator)?.login ?? null,
      },
    };
  },
};

function extraOf(payload: unknown): z.output<typeof extraSchema> {
  return extraSchema.safeParse(typeof payload === 'string' ? jsonOf(payload) : payload).data ?? {};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Any text may stand there: what is no JSON says nothing to us.
    return null;
  }
}
