import { z } from 'zod';
import { checkedBody } from '../../http/issues.ts';
import type { DeployStatus } from '../../store/deploys.ts';
import { type HookDefinition, type HookReading, ignored, textOf } from './hook.ts';
import { newHookSecret, proveToken } from './proof.ts';

/** What our notification template sends: the words of an `Application`. Templates write nothing for what is not there. */
const payloadSchema = z.strictObject({
  service: z.string(),
  environment: z.string().nullish(),
  version: z.string().nullish(),
  revision: z.string(),
  phase: z.string(),
  health: z.string().nullish(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  url: z.string().nullish(),
});

type Payload = z.output<typeof payloadSchema>;

/** Argo CD can sign nothing: it sends the secret in a header. */
export const argoCd: HookDefinition = {
  label: 'Argo CD',
  newSecret: newHookSecret,
  prove: (request, secret) => proveToken(request, 'x-glidepath-token', secret),
  read(_headers, body, defaults): HookReading {
    const payload = checkedBody(payloadSchema, body);
    const status = statusOf(payload);
    if (status === null) return ignored(`the phase \`${payload.phase}\` is no news of a deploy`);
    const [startedAt, finishedAt] = [saidOf(payload.startedAt), saidOf(payload.finishedAt)];
    return {
      kind: 'report',
      told: {
        service: defaults.service ?? payload.service,
        environment: saidOf(payload.environment),
        version: saidOf(payload.version) ?? payload.revision,
        attempt: attemptOf(startedAt),
        status,
        startedAt,
        finishedAt: status === 'started' ? null : finishedAt,
        commit: textOf(payload.revision),
        url: saidOf(payload.url),
        deployedBy: null,
      },
    };
  },
};

/** What is synced has to become healthy before it counts. */
function statusOf({ phase, health }: Payload): DeployStatus | null {
  switch (phase) {
    case 'Running':
      return 'started';
    case 'Succeeded':
      if (health === 'Degraded') return 'failed';
      return health === 'Healthy' ? 'succeeded' : 'started';
    case 'Failed':
    case 'Error':
      return 'failed';
    default:
      return null;
  }
}

/** Go writes this where a template names what is not there. */
const NOTHING = '<no value>';

function saidOf(text: string | null | undefined): string | null {
  return text === NOTHING ? null : textOf(text);
}

/** One sync is one attempt: the same revision may be synced again, after another. */
function attemptOf(startedAt: string | null): number | null {
  const seconds = Math.floor(Date.parse(startedAt ?? '') / 1_000);
  return seconds > 0 ? seconds : null;
}
