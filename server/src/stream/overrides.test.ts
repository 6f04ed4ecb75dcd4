import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSdkSocket } from '../../../test/support/sdk-socket.ts';
import { KEY, openStreamFixture, type StreamFixture } from './stream-fixture.ts';

let service: StreamFixture;
beforeEach(async () => {
  service = await openStreamFixture();
});
afterEach(() => service.close());

async function welcomed() {
  const socket = await openSdkSocket({ url: service.url, key: KEY });
  socket.hello(null);
  return { socket, welcome: await socket.take('welcome') };
}

async function headerOfPoll(): Promise<string | null> {
  const answer = await fetch(`${service.url}/sdk/v1/payload`, { headers: { authorization: `Bearer ${KEY}` } });
  await answer.text();
  return answer.headers.get('glidepath-overrides');
}

describe('values that are fixed in the process of an SDK', () => {
  test('may not act where the environment is critical: neither the welcome nor the payload says so', async () => {
    const { socket, welcome } = await welcomed();
    expect(welcome).not.toHaveProperty('overrides');
    expect(await headerOfPoll()).toBeNull();
    socket.close();
  });

  test('may act elsewhere, and the service says so', async () => {
    service.rules.areOverridesAllowed = true;
    const { socket, welcome } = await welcomed();
    expect(welcome).toMatchObject({ overrides: true });
    expect(await headerOfPoll()).toBe('allowed');
    socket.close();
  });

  test('stop acting when the environment becomes critical: who was told otherwise has to come again', async () => {
    service.rules.areOverridesAllowed = true;
    const { socket } = await welcomed();
    service.hub.rulesChanged();
    service.rules.areOverridesAllowed = false;
    service.hub.rulesChanged();
    service.hub.rulesChanged();
    expect(await socket.take('goodbye')).toEqual({ t: 'goodbye', reason: 'age' });
    socket.close();
    const again = await welcomed();
    expect(again.welcome).not.toHaveProperty('overrides');
    again.socket.close();
  });
});
