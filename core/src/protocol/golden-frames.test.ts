import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeClientFrame, decodeServerFrame, encode, readPayload } from './codec.ts';
import { type ClientFrame, type Payload, PROTOCOL_VERSION, type ServerFrame } from './messages.ts';

interface Golden {
  readonly protocol: number;
  /** SHA-256 of protocol version and frames, so that neither moves without the other. */
  readonly fingerprint: string;
  readonly client: readonly ClientFrame[];
  readonly server: readonly ServerFrame[];
  readonly payload: readonly Payload[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden-frames.json', import.meta.url), 'utf8'));

/** Every kind of frame; a new one does not compile here without an example. */
const CLIENT: Readonly<Record<ClientFrame['t'], true>> = {
  hello: true,
  ack: true,
  nack: true,
  hb: true,
  resync: true,
  report: true,
};
const SERVER: Readonly<Record<ServerFrame['t'], true>> = {
  welcome: true,
  change: true,
  ops: true,
  begin: true,
  items: true,
  commit: true,
  hb: true,
  goodbye: true,
};

describe('the golden frames', () => {
  test('show every message once', () => {
    expect(golden.client.map((frame) => frame.t)).toEqual(Object.keys(CLIENT));
    expect(golden.server.map((frame) => frame.t)).toEqual(Object.keys(SERVER));
  });

  test('are read and written without a difference', () => {
    for (const frame of golden.client) expect(decodeClientFrame(encode(frame))).toEqual({ kind: 'frame', frame });
    for (const frame of golden.server) expect(decodeServerFrame(encode(frame))).toEqual({ kind: 'frame', frame });
    for (const payload of golden.payload) expect(readPayload(JSON.stringify(payload))).toEqual(payload);
  });

  test('change only together with the version of the protocol', () => {
    const { fingerprint, ...frames } = golden;
    expect(golden.protocol).toBe(PROTOCOL_VERSION);
    expect(createHash('sha256').update(JSON.stringify(frames)).digest('hex'), 'raise PROTOCOL_VERSION').toBe(
      fingerprint,
    );
  });
});
