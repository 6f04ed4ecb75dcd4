// Events off; contexts as their users write them. There is no ">=" for versions: "not less than".
import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

const TENTH = {
  rollout: {
    variations: [
      { variation: 0, weight: 10_000 },
      { variation: 1, weight: 90_000 },
    ],
  },
};

export async function open({ flags, contexts, countries, version, ending, members }) {
  const clause = (attribute, op, values, negate = false) => ({ contextKind: 'user', attribute, op, values, negate });
  const rule = (id, ...clauses) => ({ id, clauses, variation: 0 });
  const kinds = {
    switch: { fallthrough: { variation: 0 } },
    rollout: { fallthrough: TENTH },
    ruled: {
      rules: [
        rule('country', clause('country', 'in', countries)),
        rule('version', clause('appVersion', 'semVerLessThan', [version], true)),
        rule('staff', clause('email', 'endsWith', [ending])),
      ],
      fallthrough: TENTH,
    },
    member: {
      rules: [rule('member', clause('', 'segmentMatch', ['members']))],
      fallthrough: { variation: 1 },
    },
  };
  const data = new TestData();
  await data.usePreconfiguredSegment({ key: 'members', version: 1, included: members, salt: 'members' });
  for (const { key, kind } of flags)
    await data.usePreconfiguredFlag({
      ...{ key, version: 1, on: true, variations: [true, false], offVariation: 1, salt: key },
      ...{ prerequisites: [], targets: [], rules: [] },
      ...kinds[kind],
    });
  const nothing = () => undefined;
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  await client.waitForInitialization({ timeout: 10 });
  const users = contexts.map((context) => ({ kind: 'user', ...context }));
  return {
    isAsync: true,
    ask: (key, index) => client.boolVariation(key, users[index], false),
    all: (index) => client.allFlagsState(users[index]),
    read: (all, key) => all.getFlagValue(key),
    close: () => client.close(),
  };
}
