import { createManualClock } from '@glidepath/server';
import { afterAll, expect, test } from 'vitest';
import { openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { startService, stopUnder } from '../support/start-service.ts';

/** T57: no byte that a page gets tells of anything but its own values; T60: and nothing of its context is kept. */

const CANARY = 'canary';
/** Of which the page may know, and nothing else that the word begins. */
const ITS_OWN = 'canary-value-of-its-own';

const logged: string[] = [];
const clock = createManualClock(Date.UTC(2026, 0, 5));
const service = await startService({ clock, random: () => 0.5, logger: recordingLogger(logged) });
afterAll(() => stopUnder(clock, service));

const world = flagWorld(service);
const variations = [
  { key: 'canary-variation', name: 'canary name of a variation', value: 'canary-other-value' },
  { key: 'own', name: 'canary name of its variation', description: 'canary description', value: ITS_OWN },
];
const rule = {
  id: 'canary-rule',
  name: 'canary name of a rule',
  clauses: [
    { attribute: 'canary-attribute', operator: 'in', values: ['canary-clause'] },
    { attribute: 'key', operator: 'in-segment', values: ['canary-segment'] },
  ],
  serve: { variation: 'canary-variation' },
};

test('T57: of rules, segments, other variations, names, other flags and other users a page gets no byte', async () => {
  await world.segment('canary-segment', [
    { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['canary-member'] },
  ]);
  await world.flag({ key: 'canary-server-flag', name: 'canary', description: 'canary', tags: ['canary-tag'] });
  await world.flag(
    {
      key: 'own-flag',
      type: 'string',
      name: 'canary',
      description: 'canary',
      tags: ['canary-tag'],
      clientSide: true,
      variations,
    },
    [
      { kind: 'set-fallthrough', serve: { variation: 'own' } },
      { kind: 'add-rule', rule },
      { kind: 'set-targets', variation: 'canary-variation', contextKind: 'user', keys: ['canary-target'] },
      { kind: 'set-prerequisites', prerequisites: [{ flag: 'canary-server-flag', variations: ['on'] }] },
      { kind: 'set-off-variation', variation: 'own' },
    ],
  );
  const id = await service.sdkKey(ENVIRONMENT, { kind: 'client', name: 'canary-key' });
  const socket = await openBrowserSocket({ url: service.url, key: id });
  const other = await openBrowserSocket({ url: service.url, key: id });
  const someone = { user: { key: 'u1', email: 'private-address' } };
  socket.hello({ context: someone });
  other.hello({ context: { user: { key: 'canary-member', 'canary-attribute': 'canary-clause' } } });
  await socket.take('values');
  await other.take('values');
  expect(other.texts.join()).toContain('canary-other-value');
  const pass = () => clock.moveTo(clock.now() + 3_000);
  await world.change('canary-server-flag', { kind: 'turn-off' });
  pass();
  await world.change('own-flag', { kind: 'turn-off' });
  pass();
  await world.changeSegment('canary-segment', {
    kind: 'add-members',
    list: 'included',
    contextKind: 'user',
    keys: ['canary-2'],
  });
  pass();
  await world.changeShared('own-flag', { kind: 'set-client-side', clientSide: false });
  pass();
  await world.changeShared('own-flag', { kind: 'set-client-side', clientSide: true });
  pass();
  await world.kill('canary-server-flag');
  await world.kill('own-flag');
  clock.moveTo(clock.now() + 30_000);
  await socket.take('hb');
  socket.send({ t: 'identify', n: 1, context: { ...someone, kind: 7 } });
  await socket.closed;

  const heard = [...socket.texts];
  const ask = async (path: string, body: object) => {
    const answer = await service.send<object>('POST', path, { body });
    heard.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]));
    return answer.status;
  };
  expect(await ask('/client/v1/evaluate', { id, context: someone })).toBe(200);
  expect(await ask('/client/v1/evaluate', { id, context: { ...someone, kind: 7 } })).toBe(400);
  expect(await ask('/client/v1/evaluate', { id, context: someone, basis: { epoch: 'x', v: 1 } })).toBe(200);
  const counted = { id, schema: 1, instance: 'p', seq: 0, sdk: 'browser/1', from: 0, to: 1 };
  const evals = ['own-flag', 'canary-server-flag'].map((flag) => ({ flag, fv: 1, var: 'own', reason: 'OFF', n: 1 }));
  expect(await ask('/client/v1/b', { ...counted, evals })).toBe(202);

  expect(heard.length).toBeGreaterThan(9);
  const text = heard.join('\n');
  expect(text).toContain(ITS_OWN);
  expect(text.replaceAll(ITS_OWN, '')).not.toContain(CANARY);
});

test('T60: nothing of a context is in a log, a figure or an answer to anybody', async () => {
  expect(logged.join('\n')).not.toMatch(/private-address|canary-clause|canary-member/);
  const { body } = await service.send<string>('GET', '/metrics');
  expect(String(body)).toContain('glidepath_browser_frames_total');
  expect(String(body)).not.toMatch(/private-address|canary/);
  const environments = await service.app.store.documents('environment');
  const stored = await service.app.store.missing(environments.find(({ key }) => key === ENVIRONMENT)?.id ?? '');
  expect(JSON.stringify(stored)).not.toContain('private-address');
});
