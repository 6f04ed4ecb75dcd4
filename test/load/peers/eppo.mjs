// Reads its flags once from a server on this machine; assignments are not logged. It has no "ends with" but patterns.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { init } from '@eppo/node-server-sdk';
import { synchronous } from './each.mjs';

const SHARDS = 10_000;

export async function open({ flags, contexts, countries, version, ending, members }) {
  const everyone = [{ variationKey: 'on', shards: [] }];
  const between = (salt, start, end) => [{ salt, ranges: [{ start, end }] }];
  const tenth = (salt) => ({
    key: 'tenth',
    doLog: false,
    splits: [
      { variationKey: 'on', shards: between(salt, 0, SHARDS / 10) },
      { variationKey: 'off', shards: between(salt, SHARDS / 10, SHARDS) },
    ],
  });
  const when = (attribute, operator, value) => ({
    ...{ key: attribute, doLog: false, splits: everyone },
    rules: [{ conditions: [{ attribute, operator, value }] }],
  });
  const kinds = {
    switch: () => [{ key: 'everyone', doLog: false, splits: everyone }],
    rollout: (key) => [tenth(key)],
    ruled: (key) => [
      when('country', 'ONE_OF', countries),
      when('appVersion', 'GTE', version),
      when('email', 'MATCHES', `${ending.replaceAll('.', '\\.')}$`),
      tenth(key),
    ],
    member: () => [when('id', 'ONE_OF', members)],
  };
  const flag = ({ key, kind }) => ({
    ...{ key, enabled: true, variationType: 'BOOLEAN', totalShards: SHARDS, allocations: kinds[kind](key) },
    variations: { on: { key: 'on', value: true }, off: { key: 'off', value: false } },
  });
  const config = {
    ...{ createdAt: '2025-01-01T00:00:00.000Z', format: 'SERVER', environment: { name: 'benchmark' }, bandits: {} },
    flags: Object.fromEntries(flags.map((one) => [one.key, flag(one)])),
  };
  const server = createServer((_, response) => response.end(JSON.stringify(config))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await init({
    apiKey: 'benchmark',
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    pollingIntervalMs: 3_600_000,
    assignmentLogger: { logAssignment: () => undefined },
  });
  server.close();
  server.closeAllConnections();
  const users = contexts.map(({ key, ...attributes }) => ({ key, attributes }));
  return synchronous(flags, (key, index) =>
    client.getBooleanAssignment(key, users[index].key, users[index].attributes, false),
  );
}
