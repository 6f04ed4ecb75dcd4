// The evaluator of flagd's in-process provider, without the provider.
import { FlagdCore } from '@openfeature/flagd-core';

export function open({ flags, contexts, countries, version, ending, members }) {
  const tenth = {
    fractional: [
      ['on', 10],
      ['off', 90],
    ],
  };
  const kinds = {
    switch: {},
    rollout: { targeting: tenth },
    ruled: {
      targeting: {
        if: [
          { in: [{ var: 'country' }, countries] },
          'on',
          { sem_ver: [{ var: 'appVersion' }, '>=', version] },
          'on',
          { ends_with: [{ var: 'email' }, ending] },
          'on',
          tenth,
        ],
      },
    },
    member: { targeting: { if: [{ $ref: 'isMember' }, 'on', 'off'] } },
  };
  const flag = ({ key, kind }) => [
    key,
    { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on', ...kinds[kind] },
  ];
  const core = new FlagdCore();
  core.setConfigurations(
    JSON.stringify({
      flags: Object.fromEntries(flags.map(flag)),
      $evaluators: { isMember: { in: [{ var: 'targetingKey' }, members] } },
    }),
  );
  const users = contexts.map(({ key, ...attributes }) => ({ targetingKey: key, ...attributes }));
  return {
    isAsync: false,
    ask: (key, index) => core.resolveBooleanEvaluation(key, false, users[index]).value,
    all: (index) => core.resolveAll(users[index]),
    read: (all, key) => all.find(({ flagKey }) => flagKey === key).value,
  };
}
