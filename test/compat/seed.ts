import type { Service } from '../support/start-service.ts';

const PROJECT = '/api/v1/projects/default';
const PRODUCTION = `${PROJECT}/environments/production`;

type Body = Readonly<Record<string, unknown>>;

/** One clause per operator, by the flag that has it as its only rule. */
const CLAUSES: readonly (readonly [flag: string, clause: Body])[] = [
  ['in', { attribute: 'country', operator: 'in', values: ['DE', 'FR'] }],
  ['in-numbers', { attribute: 'age', operator: 'in', values: [18, 42] }],
  ['not-in', { attribute: 'country', operator: 'in', values: ['DE'], negate: true }],
  ['contains', { attribute: 'email', operator: 'contains', values: ['@example.'] }],
  ['starts-with', { attribute: 'email', operator: 'starts-with', values: ['anna'] }],
  ['ends-with', { attribute: 'email', operator: 'ends-with', values: ['.com', '.org'] }],
  ['matches', { attribute: 'email', operator: 'matches', values: ['^[a-z]+@'] }],
  ['less-than', { attribute: 'age', operator: 'less-than', values: [30] }],
  ['at-most', { attribute: 'age', operator: 'at-most', values: [42] }],
  ['greater-than', { attribute: 'age', operator: 'greater-than', values: [42] }],
  ['at-least', { attribute: 'age', operator: 'at-least', values: [42] }],
  ['before', { attribute: 'joined', operator: 'before', values: ['2026-01-01T00:00:00Z'] }],
  ['after', { attribute: 'joined', operator: 'after', values: ['2025-06-01T00:00:00+02:00'] }],
  ['semver-equal', { attribute: 'app', operator: 'semver-equal', values: ['5.2.0'] }],
  ['semver-less-than', { attribute: 'app', operator: 'semver-less-than', values: ['5.2.0'] }],
  ['semver-greater-than', { attribute: 'app', operator: 'semver-greater-than', values: ['5.2.0-rc.1'] }],
  ['semver-at-least', { attribute: 'app', operator: 'semver-at-least', values: ['5.2'] }],
  ['semver-at-most', { attribute: 'app', operator: 'semver-at-most', values: ['v5'] }],
  ['in-cidr', { attribute: 'ip', operator: 'in-cidr', values: ['10.0.0.0/8', '2001:db8::/32'] }],
  ['exists', { attribute: 'email', operator: 'exists', values: [] }],
  ['in-segment', { attribute: 'key', operator: 'in-segment', values: ['beta'] }],
  ['path', { attribute: '/address/city', operator: 'in', values: ['Köln'] }],
  ['other-kind', { kind: 'org', attribute: 'plan', operator: 'in', values: ['pro'] }],
];

const COUNTRIES = ['DE', 'FR', 'NL', null];
const VERSIONS = ['5.2.0', 'v5.1.9', '5.2.0-rc.2', '6', 'none'];

/** People of all kinds, from nobody to somebody with an organisation. */
export const contexts: readonly unknown[] = [
  null,
  {},
  { key: 'u-0', country: 'DE' },
  { key: 42, age: 42 },
  { kind: 'org', key: 'acme', plan: 'pro' },
  ...Array.from({ length: 20 }, (_, i) => ({
    user: {
      key: `user-${i}`,
      country: COUNTRIES[i % 4],
      age: 15 + 3 * i,
      email: `${i % 3 === 0 ? 'anna' : 'b3n'}@example.${i % 2 === 0 ? 'com' : 'net'}`,
      joined: i % 2 === 0 ? `2025-0${1 + (i % 9)}-15T12:00:00Z` : 1_735_689_600_000 + i * 2_592_000_000,
      app: VERSIONS[i % 5],
      ip: i % 2 === 0 ? `10.1.2.${i}` : `2001:db8::${i}`,
      address: { city: i % 5 === 0 ? 'Köln' : 'Kiel' },
    },
    org: { key: `org-${i % 4}`, plan: i % 2 === 0 ? 'pro' : 'free' },
  })),
];

/** Fills the project with flags of every type and shape; answers their keys. */
export async function seed(service: Service): Promise<readonly string[]> {
  const write = async (method: string, route: string, body: Body): Promise<void> => {
    const answer = await service.admin.send(method, route, { body });
    if (answer.status >= 300) throw new Error(`${method} ${route}: ${JSON.stringify(answer.body)}`);
  };
  const keys: string[] = [];
  const flag = async (body: Body & { readonly key: string }, ...instructions: readonly Body[]): Promise<void> => {
    await write('POST', `${PROJECT}/flags`, { type: 'boolean', ...body });
    await write('PATCH', `${PRODUCTION}/flags/${body.key}`, { instructions: [{ kind: 'turn-on' }, ...instructions] });
    keys.push(body.key);
  };
  const serveOff = { kind: 'set-fallthrough', serve: { variation: 'off' } };
  const split = (weights: Readonly<Record<string, number>>, more: Body = {}): Body => ({
    kind: 'set-split',
    at: 'fallthrough',
    weights,
    ...more,
  });

  await write('POST', `${PROJECT}/segments`, { key: 'beta', name: 'Beta' });
  await write('PATCH', `${PRODUCTION}/segments/beta`, {
    instructions: [
      { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['user-1', 'user-2', 'user-3'] },
      { kind: 'add-members', list: 'excluded', contextKind: 'user', keys: ['user-3'] },
      { kind: 'add-rule', rule: { clauses: [{ attribute: 'country', operator: 'in', values: ['NL'] }], share: 50_000 } },
    ],
  });

  for (const [name, clause] of CLAUSES)
    await flag({ key: `op-${name}` }, serveOff, { kind: 'add-rule', rule: { clauses: [clause], serve: { variation: 'on' } } });

  await flag({ key: 'quarter' }, split({ on: 25_000, off: 75_000 }));
  await flag({ key: 'thousandth' }, split({ on: 1, off: 99_999 }));
  await flag({ key: 'by-org' }, split({ on: 50_000, off: 50_000 }, { by: { contextKind: 'org', attribute: 'key' } }));
  await flag({ key: 'by-age' }, split({ on: 50_000, off: 50_000 }, { by: { contextKind: 'user', attribute: 'age' }, salt: 'layer' }));
  const three = [
    { key: 'red', value: '#f00' },
    { key: 'green', value: '#0f0' },
    { key: 'blue', value: '#00f' },
  ];
  await flag({ key: 'colour', type: 'string', variations: three }, split({ red: 20_000, green: 30_000, blue: 50_000 }));
  await flag(
    { key: 'moved', type: 'string', variations: three },
    split({ red: 60_000, green: 20_000, blue: 20_000 }),
    split({ red: 10_000, green: 45_000, blue: 45_000 }),
    split({ red: 30_000, green: 30_000, blue: 40_000 }),
  );
  const sizes = [
    { key: 'few', value: 10 },
    { key: 'many', value: 2.5e3 },
  ];
  await flag({ key: 'page-size', type: 'number', variations: sizes }, split({ few: 70_000, many: 30_000 }));
  const limits = [
    { key: 'strict', value: { perMinute: 10, paths: ['/a', '/b'] } },
    { key: 'loose', value: { perMinute: 1_000, paths: [] } },
  ];
  await flag({ key: 'limits', type: 'json', variations: limits }, split({ strict: 50_000, loose: 50_000 }));
  await flag(
    { key: 'targets' },
    serveOff,
    { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['user-4', 'user-5', '42'] },
    { kind: 'set-targets', variation: 'on', contextKind: 'org', keys: ['org-3'] },
  );
  await flag({ key: 'needs-quarter' }, { kind: 'set-prerequisites', prerequisites: [{ flag: 'quarter', variations: ['on'] }] });
  await flag({ key: 'switched-off' }, { kind: 'turn-off' });
  await flag({ key: 'killed' }, { kind: 'kill', reason: 'seeded' });
  await flag({ key: 'archived' });
  await write('PATCH', `${PROJECT}/flags/archived`, { instructions: [{ kind: 'archive' }] });
  return keys;
}
