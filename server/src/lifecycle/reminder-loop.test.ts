import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import { DEFAULT_SETTINGS, type LifecycleSettingsBody, SETTINGS_KEY } from './lifecycle-settings.ts';
import { openReminderLoop } from './reminder-loop.ts';

const DAY = 86_400_000;
/** A Monday at nine, when a digest is due. */
const MONDAY = Date.UTC(2030, 0, 7, 9);

let file: string;
let store: Store;
let clock: ManualClock;
let close: () => Promise<void>;
/** What was to be done, in order: `digest shop sent 2030-01-07`, or `claimed` where nothing was said. */
let done: string[];
/** Projects for which nothing works. */
let broken: Set<string>;

beforeEach(async () => {
  file = temporaryFile();
  clock = createManualClock(MONDAY - DAY);
  store = await openStore({ url: `file:${file}`, now: () => clock.now() });
  done = [];
  broken = new Set();
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const act = (project: string, what: string) => {
    if (broken.has(project)) throw new Error(`nothing works in ${project}`);
    done.push(what);
  };
  const loop = openReminderLoop({
    store,
    clock,
    logger: recordingLogger([]),
    reminders: {
      async claimDigest({ id, key }, slot, isSent) {
        act(key, `digest ${key} ${isSent ? 'sent' : 'claimed'} ${day(slot)}`);
        await store.write([], (tx) => tx.claimDigest(id, slot));
      },
      sendNudges: async ({ key }, slot) => act(key, `nudges ${key} ${day(slot)}`),
    },
  });
  close = loop.close;
});
afterEach(async () => {
  await close();
  await store.close();
  rmSync(path.dirname(file), { recursive: true });
});

const aProject = (key: string) =>
  store.write([], (tx) => tx.put({ kind: 'project', parent: '', key }, { key, name: key, createdAt: 0 }, 0));

/** Time leaps to a moment, and a look has found this. */
async function at(moment: number, found: readonly string[]): Promise<void> {
  clock.leapTo(moment);
  await expect.poll(() => done).toEqual(found);
  done = [];
}

describe('whoever looks every minute', () => {
  test('sends no digest for times before it was asked, then each, and after a pause the last one', async () => {
    await aProject('shop');
    await at(MONDAY - DAY + 60_000, ['digest shop claimed 2029-12-31', 'nudges shop 2030-01-04']);
    await at(MONDAY, ['digest shop sent 2030-01-07', 'nudges shop 2030-01-07']);
    await at(MONDAY + DAY, ['nudges shop 2030-01-08']);
    await at(MONDAY + 30 * DAY, ['digest shop sent 2030-02-04', 'nudges shop 2030-02-06']);
  });

  test('sends none for a time that lies before the project has changed when they come', async () => {
    const project = await aProject('shop');
    await at(MONDAY, ['digest shop claimed 2030-01-07', 'nudges shop 2030-01-07']);
    clock.leapTo(MONDAY + 2 * DAY + 1);
    const digest = { isEnabled: true, cron: '0 9 * * 2', zone: 'UTC' };
    const ref = { kind: 'lifecycle-settings', parent: project.id, key: SETTINGS_KEY } as const;
    await expect.poll(() => done).toEqual(['nudges shop 2030-01-09']);
    done = [];
    await store.write([], (tx) => tx.put<LifecycleSettingsBody>(ref, { ...DEFAULT_SETTINGS, digest }, 0));
    await at(MONDAY + 2 * DAY + 60_001, ['digest shop claimed 2030-01-08']);
    await at(MONDAY + 8 * DAY, ['digest shop sent 2030-01-15', 'nudges shop 2030-01-15']);
  });

  test('is kept from no project by the trouble of another, and tries that again', async () => {
    broken.add('broken');
    await aProject('broken');
    await aProject('shop');
    await at(MONDAY, ['digest shop claimed 2030-01-07', 'nudges shop 2030-01-07']);
    broken.clear();
    await at(MONDAY + 60_000, ['digest broken claimed 2030-01-07', 'nudges broken 2030-01-07']);
  });
});
