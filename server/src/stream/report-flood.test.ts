import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSdkSocket } from '../../../test/support/sdk-socket.ts';
import { KEY, openStreamFixture, type StreamFixture } from './stream-fixture.ts';

let service: StreamFixture;
beforeEach(async () => {
  service = await openStreamFixture();
});
afterEach(() => service.close());

const told = () => service.logged.filter(({ message }) => message === 'an SDK stopped serving a variation').length;

test('one stream cannot fill the log with its reports, and is heard again a minute later', async () => {
  const socket = await openSdkSocket({ url: service.url, key: KEY });
  socket.hello(null);
  await socket.take('commit');
  const flood = async () => {
    for (let index = 0; index < 500; index++) {
      socket.send({ t: 'report', kind: 'breaker', flag: `flag-${index}`, variation: 'on', until: 1 });
    }
    // Answered after all that came before it.
    socket.send({ t: 'resync', basis: null });
    await socket.take('commit');
  };
  await flood();
  expect(told()).toBe(20);
  await service.pass(60_000);
  await flood();
  expect(told()).toBe(40);
  expect(await service.metrics.text()).toMatch(/^glidepath_breakers_opened_total\{[^}]*\} 40$/m);
  socket.close();
});
