import { z } from 'zod';
import { checkedBody } from '../../http/issues.ts';
import { newSigningSecret } from '../../outbound/signature.ts';
import type { DeployStatus } from '../../store/deploys.ts';
import { type HookDefinition, type HookReading, ignored, isVersionTag, textOf } from './hook.ts';
import { proveStandard, proveToken } from './proof.ts';

const STATUSES: ReadonlyMap<string, DeployStatus> = new Map([
  ['running', 'started'],
  ['success', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

const payloadSchema = z.looseObject({
  object_kind: z.literal('deployment'),
  status: z.string(),
  status_changed_at: z.string(),
  deployment_id: z.int(),
  deployable_url: z.string().nullish(),
  environment: z.string(),
  project: z.looseObject({ name: z.string(), path_with_namespace: z.string().nullish() }),
  short_sha: z.string(),
  commit_url: z.string().nullish(),
  ref: z.string().nullish(),
  user: z.looseObject({ username: z.string().nullish(), name: z.string().nullish() }).nullish(),
});

const kindSchema = z.looseObject({ object_kind: z.string() });

/** Its signing token is a secret of Standard Webhooks; its older secret token is the secret itself. One will do for both. */
export const gitlab: HookDefinition = {
  label: 'GitLab',
  newSecret: newSigningSecret,
  prove: (request, secret) =>
    request.headers['webhook-signature'] === undefined
      ? proveToken(request, 'x-gitlab-token', secret)
      : proveStandard(request, secret),
  read(_headers, body, defaults): HookReading {
    const { object_kind: kind } = checkedBody(kindSchema, body);
    if (kind !== 'deployment') return ignored(`\`${kind}\` is not \`deployment\``);
    const payload = checkedBody(payloadSchema, body);
    const status = STATUSES.get(payload.status);
    if (status === undefined) return ignored(`the status \`${payload.status}\` is no news of a deploy`);
    const ref = textOf(payload.ref);
    const commit = /\/([0-9a-f]{40,64})$/.exec(payload.commit_url ?? '')?.[1] ?? payload.short_sha;
    const at = timeOf(payload.status_changed_at);
    return {
      kind: 'report',
      told: {
        service: defaults.service ?? payload.project.path_with_namespace?.split('/').at(-1) ?? payload.project.name,
        environment: payload.environment,
        version: ref !== null && isVersionTag(ref) ? ref : commit,
        attempt: payload.deployment_id,
        status,
        startedAt: status === 'started' ? at : null,
        finishedAt: status === 'started' ? null : at,
        commit,
        url: textOf(payload.deployable_url),
        deployedBy: textOf(payload.user?.username) ?? textOf(payload.user?.name),
      },
    };
  },
};

/** `2026-04-28 21:50:00 +0200` or `… UTC`, as RFC 3339 has it; anything else as it is. */
function timeOf(text: string): string {
  const [, date, time, zone, minutes] = /^(\S{10}) (\S{8,12}) (?:([+-]\d{2}):?(\d{2})|UTC)$/.exec(text) ?? [];
  if (date === undefined) return text;
  return `${date}T${time}${zone === undefined ? 'Z' : `${zone}:${minutes}`}`;
}
