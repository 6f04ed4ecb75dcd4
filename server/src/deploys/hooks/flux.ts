import { z } from 'zod';
import { checkedBody } from '../../http/issues.ts';
import type { DeployStatus } from '../../store/deploys.ts';
import { type HookDefinition, type HookReading, ignored, isVersionTag, textOf } from './hook.ts';
import { newHookSecret, proveHexHmac } from './proof.ts';

const payloadSchema = z.looseObject({
  involvedObject: z.looseObject({ kind: z.string(), name: z.string() }),
  severity: z.string(),
  timestamp: z.string(),
  reason: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** What brings software into a cluster; sources only fetch it. */
const KINDS: ReadonlySet<string> = new Set(['Kustomization', 'HelmRelease']);

const STATUSES: ReadonlyMap<string, DeployStatus> = new Map([
  ['Progressing', 'started'],
  ['ReconciliationSucceeded', 'succeeded'],
  ['InstallSucceeded', 'succeeded'],
  ['UpgradeSucceeded', 'succeeded'],
  ['RollbackSucceeded', 'rolled-back'],
]);

/** The provider `generic-hmac`: signs the bytes of the event. */
export const flux: HookDefinition = {
  label: 'Flux',
  newSecret: newHookSecret,
  prove: (request, secret) => proveHexHmac(request, 'x-signature', secret),
  read(_headers, body, defaults): HookReading {
    const { involvedObject, severity, timestamp, reason, metadata } = checkedBody(payloadSchema, body);
    if (!KINDS.has(involvedObject.kind)) return ignored(`a \`${involvedObject.kind}\` brings no software`);
    const status = severity === 'error' ? 'failed' : STATUSES.get(reason);
    if (status === undefined) return ignored(`the reason \`${reason}\` is no news of a deploy`);
    const said = (name: string) => textOf(metadata?.[name]);
    const revision = said('revision');
    const version = said('version') ?? (revision && versionOf(revision));
    if (version === null) return ignored('the event tells no revision');
    return {
      kind: 'report',
      told: {
        service: said('service') ?? defaults.service ?? involvedObject.name,
        environment: said('environment'),
        version,
        attempt: null,
        status,
        startedAt: status === 'started' ? timestamp : null,
        finishedAt: status === 'started' ? null : timestamp,
        commit: revision && commitOf(revision),
        url: said('url'),
        deployedBy: null,
      },
    };
  },
};

/** Of `main@sha1:c0ffee`, `v1.4.0@sha256:…` or `1.4.0`: the tag where it is a version, else the hash. */
function versionOf(revision: string): string {
  const [name = '', hash] = revision.split('@');
  if (hash === undefined) return name.split('/').at(-1) ?? name;
  return isVersionTag(name) ? name : (hash.split(':').at(-1) ?? hash);
}

function commitOf(revision: string): string | null {
  return /@sha1:([0-9a-f]{40})$/.exec(revision)?.[1] ?? null;
}
