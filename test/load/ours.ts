import { createHash } from 'node:crypto';
import { digestOf } from '@glidepath/core/protocol';
import { flagItem, segmentItem } from '@glidepath/core/testing';
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import type { Kind, Workload } from './shapes.ts';
import { type Subject, synchronous } from './subject.ts';

const ON = { variation: 0 } as const;
const OFF = { variation: 1 } as const;
const TENTH = {
  split: {
    ranges: [
      [10_000, 0],
      [100_000, 1],
    ],
  },
} as const;

/** What an application calls on every request. */
export function openOurs(workload: Workload): Subject {
  const client = clientOf(workload);
  return {
    ...synchronous(workload, (key, context) => client.variation(key, context, false)),
    close: () => client.close(),
  };
}

export function openOursDetailed(workload: Workload): Subject {
  const client = clientOf(workload);
  return {
    ...synchronous(workload, (key, context) => client.variationDetail(key, context, false).value),
    close: () => client.close(),
  };
}

/** So that none shares what another was given. */
let clients = 0;

/**
 * The built SDK with its default options: it counts, and it looks for a server that cannot be reached, so that nothing
 * comes over the network meanwhile.
 */
function clientOf(workload: Workload): FlagsClient {
  clients += 1;
  const client = createClient({
    instance: String(clients),
    url: 'http://127.0.0.1:1',
    sdkKey: 'gp_srv_benchmark',
    bootstrap: { ruleset: rulesetOf(workload) },
    logger: false,
  });
  if (client.status.source !== 'bootstrap') throw new Error('the client did not take the bootstrap');
  return client;
}

/** What the server would send for the flags of a workload. */
function rulesetOf(workload: Workload): object {
  const members = segmentItem('members', { included: [{ contextKind: 'user', keys: workload.members }] });
  const items = [members, ...workload.flags.map(({ key, kind }) => flagItem(key, bodies[kind](workload)))];
  return { kind: 'full', epoch: '0000000000000001', version: 1, digest: digestOf(items, hash), items };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

type Body = Parameters<typeof flagItem>[1];

const bodies: Record<Kind, (workload: Workload) => Body> = {
  switch: () => ({ fallthrough: ON }),
  rollout: () => ({ fallthrough: TENTH }),
  ruled: ({ countries, version, ending }) => ({
    rules: [
      { id: 'country', clauses: [{ attribute: 'country', operator: 'in', values: countries }], serve: ON },
      {
        id: 'version',
        clauses: [{ attribute: 'appVersion', operator: 'semver-at-least', values: [version] }],
        serve: ON,
      },
      { id: 'staff', clauses: [{ attribute: 'email', operator: 'ends-with', values: [ending] }], serve: ON },
    ],
    fallthrough: TENTH,
  }),
  member: () => ({
    rules: [{ id: 'member', clauses: [{ attribute: '', operator: 'in-segment', values: ['members'] }], serve: ON }],
    fallthrough: OFF,
  }),
};
