import { openSlackInbox, type SlackInbox } from '../support/slack-inbox.ts';
import { ADMIN, type Credentials, type Service, startService } from '../support/start-service.ts';
import { UI_FOLDER } from './admin-page.ts';
import { openPastClock } from './past-clock.ts';
import { changeFlag, configPath, expectDone, makeFlag } from './world.ts';

export const OWNER = { email: 'mihai@example.test', name: 'Mihai', password: 'kites over the grey dunes' } as const;

const P = '/api/v1/projects/default';
const EVERYWHERE = ['development', 'staging', 'production'] as const;
const COMMIT = '4f3a9c1e7d2b8a605c4d3e2f1a0b9c8d7e6f5a4b';
/** Where each of the two channels hears. */
const PATHS = { team: '/services/T0/B0/team', owners: '/services/T0/B0/owners' } as const;

/** A project with flags that have done their work, and flags that have not. */
export interface OldFlags extends AsyncDisposable {
  readonly service: Service;
  /** Texts of the reminders that were sent to owners. */
  reminders(): readonly string[];
  /** Texts of the digests that the team got. */
  digests(): readonly string[];
}

export async function openOldFlags(): Promise<OldFlags> {
  const clock = openPastClock(190);
  const inbox = await openSlackInbox();
  const service = await startService({ uiFolder: UI_FOLDER, clock, settings: { SLACK_ORIGIN: inbox.origin } });
  const world = { service, bringTo: (daysAgo: number) => clock.bringTo(daysAgo) };
  // Only what is asked for is sent.
  await quieten(service);
  await live(world);
  await hearing(service, inbox);
  return {
    service,
    reminders: () => textsAt(inbox, PATHS.owners),
    digests: () => textsAt(inbox, PATHS.team),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await inbox[Symbol.asyncDispose]();
    },
  };
}

function textsAt({ messages }: SlackInbox, at: string): readonly string[] {
  return messages.filter(({ path }) => path === at).map(({ text }) => text);
}

interface World {
  readonly service: Service;
  bringTo(daysAgo: number): void;
}

async function live({ service, bringTo }: World): Promise<void> {
  const members = '/api/v1/members';
  expectDone(await service.admin.send('POST', members, { body: { ...OWNER, roles: { '*': 'editor' } } }));
  const sdkKey = await service.sdkKey('production');
  /** As somebody who has signed in that day: no session lives for months. */
  const on = async (daysAgo: number, who: Credentials = ADMIN): Promise<Service> => {
    bringTo(daysAgo);
    return { ...service, admin: await service.signIn(who) };
  };

  let there = await on(189, OWNER);
  const owner = there.admin.memberId;
  await makeFlag(there, { key: 'legacy-banner', name: 'Banner of last winter', owner, tags: ['front-page'] });
  await serveEverywhere(there, 'legacy-banner');
  there = await on(118, OWNER);
  await makeFlag(there, { key: 'one-click-pay', name: 'Pay with one click', owner, tags: ['payments'] });
  there = await on(61, OWNER);
  await serveEverywhere(there, 'one-click-pay');
  there = await on(44);
  await makeFlag(there, { key: 'search-ml', name: 'Search by meaning', tags: ['search'] });
  await changeFlag(there, 'production', 'search-ml', [
    { kind: 'turn-on' },
    { kind: 'set-split', at: 'fallthrough', weights: { on: 50_000, off: 50_000 } },
  ]);
  there = await on(12);
  await makeFlag(there, { key: 'new-checkout', name: 'New checkout', tags: ['payments'] });
  for (const daysAgo of [3, 2, 1, 0]) {
    there = await on(daysAgo);
    await report(service, sdkKey, 4 - daysAgo);
  }
  expectDone(await there.admin.send('POST', `${P}/code-references`, { body: await scanned(there) }));
}

async function serveEverywhere(service: Service, flag: string): Promise<void> {
  for (const environment of EVERYWHERE) {
    await changeFlag(service, environment, flag, [
      { kind: 'turn-on' },
      { kind: 'set-fallthrough', serve: { variation: 'on' } },
    ]);
  }
}

async function report(service: Service, sdkKey: string, seq: number): Promise<void> {
  const counted = (flag: string, variation: string, n: number) => ({
    flag,
    fv: 1,
    var: variation,
    reason: 'FALLTHROUGH',
    n,
  });
  const evals = [
    counted('one-click-pay', 'on', 11_940 + 37 * seq),
    counted('search-ml', 'on', 803),
    counted('search-ml', 'off', 791),
  ];
  const body = { schema: 1, instance: 'one', seq, sdk: 'node/1.0.0', from: 0, to: 1, evals };
  expectDone(await service.as(sdkKey)('POST', '/sdk/v1/events', { body }));
}

async function scanned(service: Service): Promise<object> {
  const { headers } = await service.send('GET', '/');
  const now = Date.parse(headers.get('date') ?? '');
  const reference = (flag: string, path: string, line: number) => ({
    flag,
    path,
    line,
    call: 'variation',
    removable: true,
    hash: `${flag}${line}`,
  });
  return {
    repository: 'github.com/acme/shop',
    branch: 'main',
    isDefaultBranch: true,
    commit: COMMIT,
    scannedAt: new Date(now - 3 * 3_600_000).toISOString(),
    urlTemplate: 'https://github.com/acme/shop/blob/{commit}/{path}#L{line}',
    complete: true,
    references: [
      reference('one-click-pay', 'src/checkout/pay.ts', 41),
      {
        ...reference('one-click-pay', 'src/checkout/pay.ts', 77),
        context: "if (flags.variation('one-click-pay', …)) {",
      },
      reference('one-click-pay', 'src/checkout/button.tsx', 12),
      reference('search-ml', 'src/search/index.ts', 9),
    ],
  };
}

const SETTINGS = {
  settledDays: 7,
  idleDays: 14,
  digest: { isEnabled: true, cron: '0 9 * * 1', zone: 'Europe/Bucharest' },
  nudge: { isEnabled: false, afterDays: 0, everyDays: 7 },
  escalateAfter: 3,
};

async function quieten({ admin }: Service): Promise<void> {
  expectDone(await admin.send('PUT', `${P}/lifecycle/settings`, { body: SETTINGS }));
}

async function hearing(service: Service, { origin }: SlackInbox): Promise<void> {
  const admin = await service.signIn(ADMIN);
  const listening = [
    { name: '#team', address: origin + PATHS.team, events: ['stale-digest', 'nudge-escalated'] },
    { name: '#owners', address: origin + PATHS.owners, events: ['owner-nudged'] },
  ];
  for (const channel of listening) {
    expectDone(await admin.send('POST', `${P}/channels`, { body: { kind: 'slack', ...channel } }));
  }
}

/** Whether an application is served this flag, as the remote evaluation answers. */
export async function servedValue(service: Service, flag: string): Promise<unknown> {
  const admin = await service.signIn(ADMIN);
  const path = `${configPath('production', flag)}/evaluate`;
  const { body } = await admin.send('POST', path, { body: { context: { key: 'u1' } } });
  return body['value'];
}
