import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Item } from '@glidepath/core';
import { encode, type ServerFrame } from '@glidepath/core/protocol';
import { flagItem, segmentItem } from '@glidepath/core/testing';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createScriptedService, digest } from '../support/scripted-service.ts';
import { createListeners, runScript } from '../support/sdk-script.ts';

/** What passes between the built SDK in a process of its own and a service. */

const SDK_KEY = 'gp_srv_0123456789';
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-traffic-'));
const listeners = createListeners();
afterEach(() => listeners.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const changed = (item: Item, all: readonly Item[]): string =>
  encode({
    t: 'change',
    from: item.rev - 1,
    to: item.rev,
    digest: digest(all.map((one) => (one.key === item.key ? item : one))),
    ops: [{ op: 'put', ...item }],
  } as ServerFrame);

test('S15: of 100 canaries in keys and attributes none is in what a process sends, logs or writes to its cache file', async () => {
  const service = createScriptedService();
  const url = `${await listeners.open(service.server)}/canaries`;
  const halves = {
    split: {
      ranges: [
        [50_000, 0],
        [100_000, 1],
      ],
    },
  } as const;
  const beta = { attribute: '', operator: 'in-segment', values: ['beta'] } as const;
  const mail = { attribute: 'email', operator: 'ends-with', values: ['.test'] } as const;
  const ruled = flagItem('ruled', {
    rules: [
      { id: 'segment', clauses: [beta], serve: { variation: 1 } },
      { id: 'mail', clauses: [mail], serve: halves },
    ],
    fallthrough: halves,
  });
  const items = [ruled, segmentItem('beta')];
  service.serve(items, 1);
  const cacheFile = path.join(folder, 'flags.json');
  const running = runScript(`
    const options = ${JSON.stringify({ url, sdkKey: SDK_KEY, cacheFile, logLevel: 'debug' })};
    const flags = createClient({ ...options, events: { flushIntervalMs: 100 } });
    await flags.waitForInitialization();
    for (let n = 0; n < 100; n += 1) {
      const canary = 'canary-' + n + '-' + 'q'.repeat(n % 7);
      const person = { key: canary, email: canary + '@example.test', deep: { name: canary, [canary]: [canary] } };
      const contexts = [
        person,
        { user: person, org: { key: canary } },
        { kind: canary, ...person },
        { kind: canary + ' no kind', ...person },
        { [canary]: person },
        { key: [canary], email: canary },
        canary,
        { key: 'u', get email() { throw new Error(canary); } },
      ];
      for (const context of contexts) {
        flags.variation('ruled', context, false);
        flags.variationDetail('ruled', context, 'text');
        const scope = flags.forContext(context);
        scope.variation('ruled', false);
        scope.variation('missing', canary);
        flags.allFlagsState(context);
        flags.explain('ruled', context);
        flags.secureModeHash(context);
        await flags.sealContext(context);
        scope.end({ ok: true, durationMs: 5 });
        flags.track('order.placed', context, { value: 12 });
        flags.reportError(new Error(canary), { flag: 'ruled' });
        try {
          flags.guard('ruled', context, false, () => {
            throw new Error(canary);
          });
        } catch {
          // it is the application's own
        }
      }
    }
    while (flags.status.environmentVersion !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
    say({ closed: await flags.close() });
  `);
  await expect.poll(() => service.bodies.length).toBeGreaterThan(0);
  await service.say(() => changed({ ...flagItem('ruled', { on: false }), rev: 2 } as Item, items));
  const { code, lines, errors } = await running;
  expect(code).toBe(0);
  expect(lines).toEqual([{ closed: { flushed: true, dropped: 0 } }, { faults: [] }]);
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const sent = [service.asked, service.bodies, [...(service.sent.get('canaries') ?? [])]];
  const out = { asked: sent[0], reports: sent[1], frames: sent[2], files, log: errors };
  expect(Object.entries(out).filter(([, part]) => part?.length === 0)).toEqual([]);
  const text = JSON.stringify(out);
  expect(text).toContain('ruled');
  expect(text).toContain('GP1301');
  expect(text).not.toContain('canary');
});

test('S9: of 10,000 requests in a process none gets two values for one flag while rules change 100 times a second', async () => {
  const changes = 100;
  const service = createScriptedService();
  const url = `${await listeners.open(service.server)}/pinned`;
  const first = flagItem('good', { on: true }, 1);
  service.serve([first], 1);
  const running = runScript(`
    const flags = createClient({ url: ${JSON.stringify(url)}, sdkKey: ${JSON.stringify(SDK_KEY)}, events: false });
    await flags.waitForInitialization();
    const maxPinMs = 800;
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const served = new Set();
    const scopes = [];
    let mixed = 0;
    const request = async (n) => {
      const begun = performance.now();
      const scope = flags.forContext({ key: 'u-' + n }, { maxPinMs });
      scopes.push(scope);
      const values = new Set();
      // Each reads at other moments than its neighbours, some of them for the first time long after they began.
      for (let turn = n % 2; turn < 4; turn += 1) {
        await sleep((n * 7 + turn * 31) % 150);
        const value = scope.variation('good', null);
        if (performance.now() - begun < maxPinMs) values.add(value);
      }
      if (values.size > 1) mixed += 1;
      for (const value of values) served.add(value);
    };
    const requests = [];
    for (let n = 0; n < 10000; n += 1) {
      requests.push(request(n));
      if (n % 100 === 99) await sleep(10);
    }
    await Promise.all(requests);
    while (flags.status.environmentVersion !== ${changes + 1}) await sleep(5);
    await sleep(maxPinMs + 200);
    const latest = flags.variation('good', { key: 'u' }, null);
    const late = scopes.filter((scope) => scope.variation('good', null) !== latest).length;
    say({ requests: scopes.length, mixed, served: [...served].sort(), late, latest });
    await flags.close();
  `);
  await expect.poll(() => service.sent.get('pinned')?.length ?? 0).toBeGreaterThan(0);
  for (let rev = 2; rev <= changes + 1; rev += 1) {
    await Promise.all([pause(10), service.say(() => changed(flagItem('good', { on: rev % 2 === 1 }, rev), [first]))]);
  }
  const { lines, errors } = await running;
  expect(errors).toBe('');
  expect(lines).toEqual([{ requests: 10_000, mixed: 0, served: [false, true], late: 0, latest: true }, { faults: [] }]);
});
