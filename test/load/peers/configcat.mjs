// Offline, its config out of a cache; a snapshot is held, which is synchronous and its fastest way to ask.
import { createConsoleLogger, getClient, LogLevel, PollingMode, User } from '@configcat/sdk';
import { synchronous } from './each.mjs';

const IS_ONE_OF = 0;
const VERSION_AT_LEAST = 9;
const ENDS_WITH_ANY_OF = 32;

export async function open({ flags, contexts, countries, version, ending, members }) {
  const served = (value) => ({ v: { b: value }, i: value ? 'on' : 'off' });
  const tenth = {
    p: [
      { p: 10, ...served(true) },
      { p: 90, ...served(false) },
    ],
  };
  const when = (condition) => ({ c: [condition], s: served(true) });
  const kinds = {
    switch: served(true),
    rollout: { ...served(false), ...tenth },
    ruled: {
      ...served(false),
      r: [
        when({ u: { a: 'Country', c: IS_ONE_OF, l: countries } }),
        when({ u: { a: 'appVersion', c: VERSION_AT_LEAST, s: version } }),
        when({ u: { a: 'Email', c: ENDS_WITH_ANY_OF, l: [ending] } }),
      ],
      ...tenth,
    },
    member: { ...served(false), r: [when({ s: { s: 0, c: 0 } })] },
  };
  const config = {
    p: { r: 0, u: 'https://127.0.0.1:1', s: 'salt' },
    s: [{ n: 'members', r: [{ a: 'Identifier', c: IS_ONE_OF, l: members }] }],
    f: Object.fromEntries(flags.map(({ key, kind }) => [key, { t: 0, ...kinds[kind] }])),
  };
  const stored = `${Date.now()}\n\n${JSON.stringify(config)}`;
  const client = getClient(`${'a'.repeat(22)}/${'b'.repeat(22)}`, PollingMode.ManualPoll, {
    offline: true,
    logger: createConsoleLogger(LogLevel.Off),
    cache: { get: () => stored, set: () => undefined },
  });
  await client.waitForReady();
  const snapshot = client.snapshot();
  const users = contexts.map(({ key, email, country, ...custom }) => new User(key, email, country, custom));
  return {
    ...synchronous(flags, (key, index) => snapshot.getValue(key, false, users[index])),
    close: () => client.dispose(),
  };
}
