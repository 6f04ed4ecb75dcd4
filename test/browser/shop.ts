import { ADMIN, type Credentials, startService } from '../support/start-service.ts';
import { UI_FOLDER } from './admin-page.ts';
import { openPastClock } from './past-clock.ts';
import { configPath, expectDone, FLAGS, SEGMENTS, segmentConfigPath } from './world.ts';

const EDITOR = { email: 'mihai@example.test', name: 'Mihai', password: 'kites over the grey dunes' } as const;

/** What somebody sent some days ago. */
interface Step {
  readonly daysAgo: number;
  readonly by: Credentials;
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: object;
}

const made = (daysAgo: number, by: Credentials, flag: { readonly key: string } & Record<string, unknown>): Step => ({
  daysAgo,
  by,
  method: 'POST',
  path: FLAGS,
  body: { type: 'boolean', ...flag },
});

function changed(
  where: { readonly daysAgo: number; readonly by: Credentials; readonly in?: string; readonly flag: string },
  instructions: readonly object[],
  comment: string,
): Step {
  const path = configPath(where.in ?? 'production', where.flag);
  return { daysAgo: where.daysAgo, by: where.by, method: 'PATCH', path, body: { instructions, comment } };
}

const turnOn = { kind: 'turn-on' };
const split = (weights: Readonly<Record<string, number>>) => ({ kind: 'set-split', at: 'fallthrough', weights });
const staffFirst = {
  kind: 'add-rule',
  rule: {
    id: 'staff',
    name: 'Staff first',
    clauses: [{ attribute: 'email', operator: 'ends-with', values: ['@shop.example'] }],
    serve: { variation: 'on' },
  },
};
const betaTesters = {
  kind: 'add-rule',
  rule: {
    id: 'beta',
    name: 'Beta testers',
    clauses: [{ attribute: '', operator: 'in-segment', values: ['beta-testers'] }],
    serve: { variation: 'on' },
  },
};
const newAppInRomania = {
  kind: 'add-rule',
  rule: {
    id: 'romania',
    name: 'Romania, new app',
    clauses: [
      { attribute: 'country', operator: 'in', values: ['RO', 'MD'] },
      { attribute: 'appVersion', operator: 'semver-at-least', values: ['5.2.0'] },
    ],
    serve: { split: { weights: { on: 50_000, off: 50_000 } } },
  },
};
const needsStripe = { kind: 'set-prerequisites', prerequisites: [{ flag: 'psp-stripe', variations: ['on'] }] };
const whoTests = [
  {
    kind: 'add-members',
    list: 'included',
    contextKind: 'user',
    keys: ['8842', '1207', '5530', '7719', '9034'],
  },
  {
    kind: 'add-rule',
    rule: {
      id: 'volunteers',
      name: 'Volunteers',
      clauses: [{ attribute: 'volunteer', operator: 'in', values: [true] }],
    },
  },
  {
    kind: 'add-rule',
    rule: {
      id: 'regulars',
      name: 'Regulars in Romania',
      clauses: [
        { attribute: 'country', operator: 'in', values: ['RO'] },
        { attribute: 'orders', operator: 'at-least', values: [10] },
      ],
      share: 20_000,
    },
  },
];
const othersOff = { kind: 'set-fallthrough', serve: { variation: 'off' } };

const STORY: readonly Step[] = [
  made(21, ADMIN, { key: 'psp-stripe', name: 'Pay with Stripe', purpose: 'kill-switch', tags: ['payments'] }),
  made(21, ADMIN, {
    key: 'recommendations',
    name: 'Others also bought',
    purpose: 'kill-switch',
    tags: ['front-page'],
  }),
  changed({ daysAgo: 21, by: ADMIN, flag: 'psp-stripe' }, [turnOn], 'Runs from now on.'),
  changed({ daysAgo: 21, by: ADMIN, flag: 'recommendations' }, [turnOn], 'Runs from now on.'),
  made(20, ADMIN, { key: 'live-stock', name: 'Stock from the warehouse', purpose: 'kill-switch' }),
  changed({ daysAgo: 20, by: ADMIN, flag: 'live-stock' }, [turnOn], 'Runs from now on.'),
  made(16, EDITOR, {
    key: 'banner-text',
    name: 'Banner on the front page',
    type: 'string',
    purpose: 'operational',
    tags: ['front-page'],
    variations: [
      { key: 'sale', value: 'Autumn sale: everything that flies, 20 % off' },
      { key: 'none', value: '' },
    ],
  }),
  changed({ daysAgo: 15, by: EDITOR, flag: 'banner-text' }, [turnOn], 'Autumn sale.'),
  made(14, EDITOR, { key: 'new-checkout', name: 'New checkout', tags: ['payments'] }),
  changed({ daysAgo: 12, by: EDITOR, in: 'development', flag: 'new-checkout' }, [turnOn], 'Ready to be tried.'),
  changed(
    { daysAgo: 9, by: EDITOR, in: 'staging', flag: 'new-checkout' },
    [turnOn, split({ on: 50_000, off: 50_000 })],
    'The testers compare both.',
  ),
  changed({ daysAgo: 8, by: EDITOR, flag: 'new-checkout' }, [staffFirst, turnOn, othersOff], 'Our own people first.'),
  {
    daysAgo: 7,
    by: EDITOR,
    method: 'POST',
    path: SEGMENTS,
    body: { key: 'beta-testers', name: 'Beta testers', description: 'People who asked to see new things first.' },
  },
  {
    daysAgo: 7,
    by: ADMIN,
    method: 'PATCH',
    path: segmentConfigPath('production', 'beta-testers'),
    body: { instructions: whoTests, comment: 'Volunteers, and a fifth of the regulars.' },
  },
  made(6, EDITOR, {
    key: 'page-size',
    name: 'Products per page',
    type: 'number',
    purpose: 'experiment',
    tags: ['front-page'],
    variations: [
      { key: 'twelve', value: 12 },
      { key: 'six', value: 6 },
    ],
  }),
  changed(
    { daysAgo: 5, by: EDITOR, flag: 'new-checkout' },
    [split({ on: 5_000, off: 95_000 })],
    'Staff found nothing in three days: the first customers.',
  ),
  changed(
    { daysAgo: 4, by: EDITOR, flag: 'page-size' },
    [turnOn, split({ twelve: 50_000, six: 50_000 })],
    'Which one sells more?',
  ),
  changed(
    { daysAgo: 3, by: EDITOR, flag: 'new-checkout' },
    [betaTesters, newAppInRomania, needsStripe],
    'Those who asked for it, and half of those with the new app.',
  ),
  changed(
    { daysAgo: 2, by: ADMIN, flag: 'new-checkout' },
    [split({ on: 25_000, off: 75_000 })],
    'Fewer abandoned baskets, no new errors.',
  ),
];

export interface Shop extends AsyncDisposable {
  readonly url: string;
  /** For an application in production. */
  readonly sdkKey: string;
}

/** The service of a small shop that has used it for three weeks. */
export async function openShop(): Promise<Shop> {
  const clock = openPastClock(22);
  const service = await startService({ uiFolder: UI_FOLDER, clock });
  const { url, admin } = service;
  const sdkKey = await service.sdkKey('production');
  expectDone(await admin.send('POST', '/api/v1/members', { body: { ...EDITOR, roles: { '*': 'editor' } } }));
  for (const { daysAgo, by, method, path, body } of STORY) {
    clock.bringTo(daysAgo);
    // Signed in anew each time: no session lives for days. Who makes a flag owns it.
    const { send, memberId } = await service.signIn(by);
    expectDone(await send(method, path, { body: path === FLAGS ? { owner: memberId, ...body } : body }));
  }
  clock.bringTo(0);
  return { url, sdkKey, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}
