// Metrics off and never refreshed.
import { InMemStorageProvider, Unleash } from 'unleash-client';
import { synchronous } from './each.mjs';

export async function open({ flags, contexts, countries, version, ending, members }) {
  const constraint = (contextName, operator, rest) => ({ contextName, operator, inverted: false, values: [], ...rest });
  const when = (...constraints) => ({ name: 'default', parameters: {}, constraints });
  const tenth = (groupId) => ({
    name: 'flexibleRollout',
    parameters: { rollout: '10', stickiness: 'userId', groupId },
    constraints: [],
  });
  const kinds = {
    switch: () => [when()],
    rollout: (key) => [tenth(key)],
    ruled: (key) => [
      when(constraint('country', 'IN', { values: countries })),
      when(constraint('appVersion', 'SEMVER_GTE', { value: version })),
      when(constraint('email', 'STR_ENDS_WITH', { values: [ending] })),
      tenth(key),
    ],
    member: () => [{ ...when(), segments: [1] }],
  };
  const unleash = new Unleash({
    appName: 'benchmark',
    url: 'http://127.0.0.1:1/',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: {
      data: flags.map(({ key, kind }) => ({ name: key, enabled: true, strategies: kinds[kind](key) })),
      segments: [{ id: 1, constraints: [constraint('userId', 'IN', { values: members })] }],
    },
  });
  unleash.on('error', () => undefined);
  unleash.on('warn', () => undefined);
  await unleash.start();
  const users = contexts.map(({ key, ...properties }) => ({ userId: key, properties }));
  return {
    ...synchronous(flags, (key, index) => unleash.isEnabled(key, users[index])),
    close: () => unleash.destroy(),
  };
}
