import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodePayload, type EnvironmentState, idOf } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { cacheKeyOf, cacheTextOf, readCacheBytes } from './cache-file.ts';
import { nodeDisk } from './disk.ts';
import { digest, testPlatform } from './testing-platform.ts';

const { hash } = testPlatform();
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-cache-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = cacheKeyOf('gp_srv_1', nodeDisk);

function aState(version: number, keys: readonly string[] = ['a', 'b']): EnvironmentState {
  const items = keys.map((key) => flagItem(key, {}, version));
  const map = new Map(items.map((item) => [idOf(item), item]));
  return { epoch: 'a'.repeat(16), version, digest: digest(items), items: map };
}

const textOf = (state: EnvironmentState, of = key) => cacheTextOf(state, 1_800_000_000_000, of);
const read = (content: string | Buffer) => readCacheBytes(Buffer.from(content), key);
const signed = (body: string) => `${body},"hmac":"${key.sign(body)}"}\n`;

describe('the text of a cache file', () => {
  test('is read as the state that was written, and as a payload', () => {
    for (const state of [aState(7), aState(3, [])]) {
      expect(read(textOf(state))).toEqual({ kind: 'ok', state });
      expect(decodePayload(textOf(state), hash)).toEqual({ kind: 'ok', state });
    }
  });

  test('holds no key, and another key does not read it', () => {
    const text = textOf(aState(7), cacheKeyOf('gp_srv_2', nodeDisk));
    expect(text).not.toContain('gp_srv');
    expect(read(text)).toMatchObject({ kind: 'foreign' });
  });

  test('of another format or a later schema is foreign, not broken', () => {
    const changed = (from: RegExp, to: string) =>
      signed(
        textOf(aState(7))
          .replace(/,"hmac".*/s, '')
          .replace(from, to),
      );
    expect(read(changed(/"format":2/, '"format":3'))).toMatchObject({ kind: 'foreign' });
    expect(read(changed(/"schema":1/, '"schema":99'))).toMatchObject({ kind: 'foreign' });
    expect(read(changed(/"version":7/, '"version":8'))).toMatchObject({ kind: 'ok' });
    expect(read(changed(/"digest":"./, '"digest":"x'))).toMatchObject({ kind: 'broken' });
  });

  test('of the first format, whose checksum anybody could work out, is not read', () => {
    const body = textOf(aState(7))
      .replace(/,"hmac".*/s, '')
      .replace('"format":2', '"format":1');
    const checksum = createHash('sha256').update(body).digest('hex');
    expect(read(`${body},"sha256":"${checksum}"}\n`)).toMatchObject({ kind: 'foreign' });
  });

  test('made by somebody without the key is broken, though its header is right', () => {
    const body = textOf(aState(7))
      .replace(/,"hmac".*/s, '')
      .replaceAll('"on":true', '"on":false');
    for (const secret of ['', key.print, 'gp_srv_2', nodeDisk.hmac('gp_srv_2', 'cache signature')])
      expect(read(`${body},"hmac":"${nodeDisk.hmac(secret, body)}"}\n`)).toMatchObject({ kind: 'broken' });
    expect(read(signed(body))).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['no list', { items: {} }],
    ['a list of anything', { items: [null] }],
    ['items without a body', { items: [{ kind: 'flag', key: 'a', rev: 1, body: null }] }],
    ['one item twice', { items: [flagItem('a'), flagItem('a')] }],
    ['changes only', { kind: 'delta', items: [] }],
    ['no version', { version: -1 }],
    ['the name `__proto__`', { items: [flagItem('a', JSON.parse('{"__proto__": 1}'))] }],
  ] as const)('with %s in it is broken, though its signature is right', ([, wrong]) => {
    const { hmac: _, ...fields } = JSON.parse(textOf(aState(7)));
    const body = JSON.stringify({ ...fields, ...wrong }).slice(0, -1);
    expect(read(signed(body))).toMatchObject({ kind: 'broken' });
  });

  test('T43: cut anywhere, or with any bit turned, is never read as anything else', () => {
    const state = aState(
      7,
      Array.from({ length: 40 }, (_, i) => `flag-${i}`),
    );
    const whole = Buffer.from(textOf(state));
    expect(whole.length).toBeGreaterThan(997 * 5);
    for (let length = 0; length < whole.length; length += 997)
      expect(read(whole.subarray(0, length)).kind, `cut at ${length}`).not.toBe('ok');
    for (let turn = 0; turn < 1_000; turn += 1) {
      const at = (turn * 7_919) % (whole.length * 8);
      const bytes = Buffer.from(whole);
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(read(bytes).kind, `bit ${at}`).not.toBe('ok');
    }
  });
});

describe('a file on disk', () => {
  test('is written whole, for its owner only, without a trace of how', async () => {
    const file = path.join(folder, 'whole.json');
    await nodeDisk.write(file, 'one');
    await nodeDisk.write(file, 'two');
    expect(nodeDisk.read(file)).toEqual({ kind: 'bytes', bytes: Buffer.from('two') });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('whole'))).toEqual(['whole.json']);
  });

  test('two writers leave what one of them wrote', async () => {
    const file = path.join(folder, 'two.json');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => nodeDisk.write(file, text)));
    expect(texts).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder).filter((name) => name.startsWith('two'))).toEqual(['two.json']);
  });

  test('takes away what killed writers left behind, and leaves what others write just now', async () => {
    const old = path.join(folder, `swept.json.${'a'.repeat(16)}.tmp`);
    const young = path.join(folder, `swept.json.${'b'.repeat(16)}.tmp`);
    const foreign = path.join(folder, 'swept.json.notes.tmp');
    for (const file of [old, young, foreign]) writeFileSync(file, '');
    utimesSync(old, 1, 1);
    utimesSync(foreign, 1, 1);
    await nodeDisk.write(path.join(folder, 'swept.json'), 'text');
    expect([old, young, foreign].map((file) => existsSync(file))).toEqual([false, true, true]);
  });

  test('that cannot be read or written is told of and never thrown, where it is read', async () => {
    const occupied = path.join(folder, 'occupied');
    mkdirSync(occupied);
    expect(nodeDisk.read(occupied)).toMatchObject({ kind: 'fault' });
    expect(nodeDisk.read('/dev/zero')).toMatchObject({ kind: 'fault' });
    expect(nodeDisk.read(path.join(folder, 'none'))).toEqual({ kind: 'none' });
    await expect(nodeDisk.write(occupied, 'text')).rejects.toThrow();
    await expect(nodeDisk.write(path.join(folder, 'none/file'), 'text')).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp') && name.startsWith('occupied'))).toEqual([]);
  });

  test('is set aside, where there is one', () => {
    const file = path.join(folder, 'aside.json');
    nodeDisk.setAside(file);
    writeFileSync(file, 'broken');
    nodeDisk.setAside(file);
    expect([existsSync(file), readFileSync(`${file}.bad`, 'utf8')]).toEqual([false, 'broken']);
  });
});
