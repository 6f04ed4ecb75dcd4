import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { connectTestClock, createManualClock } from './test-clock.ts';

test('a clock that is moved calls what falls due, in order and each at its own time', () => {
  const clock = createManualClock(1_000);
  const calls: [string, number][] = [];
  clock.setTimer(() => calls.push(['late', clock.now()]), 300);
  clock.setTimer(() => {
    calls.push(['early', clock.now()]);
    clock.setTimer(() => calls.push(['made on the way', clock.now()]), 50);
  }, 100);
  clock.setTimer(() => calls.push(['cancelled', clock.now()]), 200).cancel();
  clock.setTimer(() => calls.push(['not yet', clock.now()]), 1_000);

  clock.moveTo(1_500);

  expect(calls).toEqual([
    ['early', 1_100],
    ['made on the way', 1_150],
    ['late', 1_300],
  ]);
  expect(clock.now()).toBe(1_500);
  expect(clock.monotonic()).toBe(500);
});

test('a process follows the clock of a test, and answers once its timers were called', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const address = server.address();
  const opening = connectTestClock(typeof address === 'object' && address ? address.port : 0);
  const [socket] = await connected;
  socket.write('5000\n');
  const clock = await opening;
  await once(socket, 'data');
  let called = 0;
  clock.setTimer(() => called++, 60_000);

  socket.write('65000\n');
  const [answer] = await once(socket, 'data');

  expect(String(answer)).toBe('65000\n');
  expect(called).toBe(1);
  expect(clock.now()).toBe(65_000);
  clock.close();
  server.close();
});

test('a leap calls once, at its end, what fell due meanwhile, unless something earlier cancelled it', () => {
  const clock = createManualClock(1_000);
  const called: string[] = [];
  const again = (): void => {
    called.push(`tick at ${clock.now()}`);
    clock.setTimer(again, 10);
  };
  clock.setTimer(again, 10);
  const cancelled = clock.setTimer(() => called.push('cancelled'), 40);
  clock.setTimer(() => cancelled.cancel(), 30);
  clock.leapTo(2_000);
  expect(called).toEqual(['tick at 2000']);
});
