import { z } from 'zod';
import { checkedBody } from '../../http/issues.ts';
import { newSigningSecret } from '../../outbound/signature.ts';
import { DEPLOY_STATUSES } from '../deploy-views.ts';
import type { HookDefinition, HookReading } from './hook.ts';
import { proveStandard } from './proof.ts';

const textSchema = z.string().nullish();

/** The fields of `POST …/deploys`. */
const payloadSchema = z.strictObject({
  service: textSchema,
  environment: textSchema,
  version: z.string(),
  attempt: z.int().nullish(),
  status: z.enum(DEPLOY_STATUSES),
  startedAt: textSchema,
  finishedAt: textSchema,
  commit: textSchema,
  url: textSchema,
  deployedBy: textSchema,
});

/** Whatever signs as Standard Webhooks says. */
export const generic: HookDefinition = {
  label: 'Standard Webhooks',
  newSecret: newSigningSecret,
  prove: proveStandard,
  read(_headers, body, defaults): HookReading {
    const payload = checkedBody(payloadSchema, body);
    const { service, environment, version, attempt, status, startedAt, finishedAt, commit, url, deployedBy } = payload;
    return {
      kind: 'report',
      told: {
        service: service ?? defaults.service,
        environment: environment ?? null,
        version,
        attempt: attempt ?? null,
        status,
        startedAt: startedAt ?? null,
        finishedAt: finishedAt ?? null,
        commit: commit ?? null,
        url: url ?? null,
        deployedBy: deployedBy ?? null,
      },
    };
  },
};
