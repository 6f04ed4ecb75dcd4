import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item } from '../model/items.ts';
import { applyOps, idOf, withMembers } from './apply.ts';
import { decodeClientFrame, decodeServerFrame, encode, readPayload } from './codec.ts';
import { d8Of, digestOf, EMPTY_DIGEST, type Hash, toggled } from './digest.ts';
import type { Op, WholeOp } from './messages.ts';
import { assembleItems, assembleOps, splitChange, splitItems } from './parts.ts';
import { utf8Length } from './safe-json.ts';

const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const SMALL = { frameBytes: 1_500, partBytes: 450 };

const aFlag = (key: string, rev: number, text = ''): Item => ({ kind: 'flag', key, rev, body: { text } as never });
const aPut = (item: Item): WholeOp => ({ op: 'put', ...item });
const mapOf = (...items: Item[]) => new Map(items.map((item) => [idOf(item), item]));

describe('the digest', () => {
  test('is the XOR of the first 16 bytes of SHA-256 over kind, key and rev', () => {
    expect(digestOf([aFlag('a', 7)], hash)).toBe(hash('flag\ta\t7'));
    expect(digestOf([], hash)).toBe(EMPTY_DIGEST);
    expect(d8Of(hash('flag\ta\t7'))).toBe(hash('flag\ta\t7').slice(0, 8));
  });

  test('is free of order, and the same when it is kept up to date or made anew', () => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 20 });
    fc.assert(
      fc.property(keys, fc.nat(), (names, cut) => {
        const items = names.map((name, index) => aFlag(name, index));
        const digest = digestOf(items, hash);
        expect(digestOf(items.toReversed(), hash)).toBe(digest);
        const kept = items.slice(0, cut % (items.length + 1));
        expect(toggled(digest, items.slice(kept.length), hash)).toBe(digestOf(kept, hash));
      }),
    );
  });
});

describe('ops', () => {
  const before = { items: mapOf(aFlag('a', 1), aFlag('b', 1)), digest: digestOf([aFlag('a', 1), aFlag('b', 1)], hash) };

  test('make a new map and leave the old one as it was', () => {
    const after = applyOps(before, [aPut(aFlag('a', 2)), { op: 'del', kind: 'flag', key: 'b', rev: 2 }], hash);
    expect([...(after?.items.values() ?? [])]).toEqual([aFlag('a', 2)]);
    expect(after?.changed).toEqual(['flag\ta', 'flag\tb']);
    expect(after?.digest).toBe(digestOf([aFlag('a', 2)], hash));
    expect(before.items.size).toBe(2);
  });

  test('that delete what is not there do nothing', () => {
    expect(applyOps(before, [{ op: 'del', kind: 'flag', key: 'x', rev: 2 }], hash)?.digest).toBe(before.digest);
  });

  test('on the keys of a segment that is not there do not fit', () => {
    expect(applyOps(before, [anEdit({ add: ['u'] })], hash)).toBeNull();
  });
});

describe('an edit of a segment’s keys', () => {
  test.for<[what: string, edit: { add?: string[]; remove?: string[]; ctx?: string }, lists: [string, string[]][]]>([
    ['adds at the end, once', { add: ['c', 'a', 'd'] }, [['user', ['a', 'b', 'c', 'd']]]],
    ['removes', { remove: ['a', 'x'] }, [['user', ['b']]]],
    ['keeps what it both adds and removes', { add: ['a'], remove: ['a'] }, [['user', ['a', 'b']]]],
    ['drops a list that empties', { remove: ['a', 'b'] }, []],
    [
      'makes a list for another context kind',
      { add: ['o'], ctx: 'org' },
      [
        ['user', ['a', 'b']],
        ['org', ['o']],
      ],
    ],
  ])('%s', ([, edit, lists]) => {
    const body = {
      schema: 1,
      salt: 's',
      included: [{ contextKind: 'user', keys: ['a', 'b'] }],
      excluded: [],
      rules: [],
    };
    const after = withMembers({ kind: 'segment', key: 'beta', rev: 1, body }, anEdit(edit));
    expect(after.rev).toBe(2);
    expect(after.body.included.map(({ contextKind, keys }) => [contextKind, keys])).toEqual(lists);
    expect(body.included[0]?.keys).toEqual(['a', 'b']);
  });
});

describe('what does not fit one frame', () => {
  const someText = fc.oneof(fc.string({ maxLength: 2_000 }), fc.string({ unit: 'binary', maxLength: 2_000 }));
  const someItems = fc
    .array(someText, { maxLength: 8 })
    .map((texts) => texts.map((text, index) => aFlag(`f${index}`, index, text)));

  test('arrives as it was sent, in frames within the limit', () => {
    fc.assert(
      fc.property(someItems, (items) => {
        const texts = splitItems(items, SMALL);
        const frames = texts.map((text) => decodeServerFrame(text));
        const pieces = frames.flatMap((decoded) =>
          decoded.kind === 'frame' && decoded.frame.t === 'items' ? decoded.frame.items : [],
        );
        expect(assembleItems(pieces)).toEqual(items);
        for (const text of texts) expect(utf8Length(text)).toBeLessThanOrEqual(SMALL.frameBytes);
      }),
    );
  });

  test('holds for changes too, and each says how many frames it has', () => {
    fc.assert(
      fc.property(someItems, fc.array(fc.string({ maxLength: 9 }), { maxLength: 200 }), (items, add) => {
        const ops = [...items.map(aPut), anEdit({ add: [...new Set(add)], remove: ['r1', 'r2'] })];
        const texts = splitChange({ from: 1, to: 2, digest: EMPTY_DIGEST, urgent: true, ops }, SMALL);
        const frames = texts.map((text) => {
          expect(utf8Length(text)).toBeLessThanOrEqual(SMALL.frameBytes);
          const decoded = decodeServerFrame(text);
          if (decoded.kind !== 'frame') throw new Error(decoded.kind);
          return decoded.frame;
        });
        const [first, ...rest] = frames;
        expect(first).toMatchObject({ t: 'change', from: 1, to: 2, urgent: true });
        expect(first?.t === 'change' && (first.frames ?? 1)).toBe(frames.length);
        expect(rest.every((frame) => frame.t === 'ops' && frame.to === 2)).toBe(true);
        const whole = assembleOps(frames.flatMap((frame): readonly Op[] => ('ops' in frame ? frame.ops : [])));
        const segment: Item = {
          kind: 'segment',
          key: 'beta',
          rev: 1,
          body: {
            schema: 1,
            salt: '',
            included: [{ contextKind: 'user', keys: ['r1', 'k'] }],
            excluded: [],
            rules: [],
          },
        };
        const before = { items: mapOf(segment), digest: digestOf([segment], hash) };
        expect(applyOps(before, whole ?? [], hash)?.items).toEqual(applyOps(before, ops, hash)?.items);
      }),
    );
  });

  test('is no item when a part is missing, doubled, out of order or of another item', () => {
    const item = aFlag('a', 1, 'x'.repeat(2_000));
    const pieces = splitItems([item], SMALL).flatMap((text) => {
      const decoded = decodeServerFrame(text);
      return decoded.kind === 'frame' && decoded.frame.t === 'items' ? decoded.frame.items : [];
    });
    const [first, second, ...rest] = pieces as [never, never];
    expect(pieces.length).toBeGreaterThan(3);
    expect(assembleItems(pieces)).toEqual([item]);
    expect(assembleItems([first, ...rest])).toBeNull();
    expect(assembleItems([first, first, second, ...rest])).toBeNull();
    expect(assembleItems([second, first, ...rest])).toBeNull();
    expect(assembleItems(pieces.slice(0, -1))).toBeNull();
    expect(assembleItems([first, aFlag('b', 1), second, ...rest])).toBeNull();
    const other = { ...(first as object), key: 'b' } as never;
    expect(assembleItems([other, second, ...rest])).toBeNull();
  });
});

describe('text of strangers', () => {
  const hello = {
    t: 'hello',
    proto: 1,
    sdk: 'node/1',
    inst: 'i',
    app: { name: 'shop', x: 1 },
    schema: 1,
    basis: null,
    caps: [],
  };

  test('never throws, whatever it is', () => {
    const frameLike = fc.record({
      t: fc.constantFrom('change', 'items', 'begin', 'hello', 'ack', 'commit'),
      ops: fc.anything(),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          frameLike.map((value) => JSON.stringify(value) ?? ''),
        ),
        (text) => {
          for (const read of [decodeServerFrame, decodeClientFrame]) {
            expect(['frame', 'unknown', 'malformed']).toContain(read(text).kind);
          }
          readPayload(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('is ignored when it is a frame of another version', () => {
    expect(decodeServerFrame('{"t":"teleport"}')).toEqual({ kind: 'unknown' });
    expect(decodeClientFrame('{"t":"toString"}')).toEqual({ kind: 'unknown' });
  });

  test('keeps what this version knows and drops the rest', () => {
    expect(decodeClientFrame(JSON.stringify({ ...hello, more: 1 }))).toEqual({
      kind: 'frame',
      frame: { ...hello, app: { name: 'shop' } },
    });
  });

  test.for<[why: string, text: string]>([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no frame', '{"v":1}'],
    ['too long', JSON.stringify({ t: 'hb', v: 1, d8: '00000000', x: 'x'.repeat(300_000) })],
    ['nested too deep', `{"t":"hb","v":1,"d8":"00000000","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['with a prototype', '{"t":"hb","v":1,"d8":"00000000","__proto__":{"polluted":true}}'],
    ['with a prototype in other letters', '{"t":"hb","v":1,"d8":"00000000","x":{"\\u005f_pr\\u006fto__" : {}}}'],
    ['a heartbeat without a version', '{"t":"hb","v":-1,"d8":"00000000"}'],
    ['a version beyond the safe integers', '{"t":"hb","v":9007199254740992,"d8":"00000000"}'],
    ['a change that leads back', `{"t":"change","from":2,"to":2,"digest":"${EMPTY_DIGEST}","ops":[]}`],
    ['an item with a reserved key', '{"t":"items","items":[{"kind":"flag","key":"constructor","rev":1,"body":{}}]}'],
    ['an item without a body', '{"t":"items","items":[{"kind":"flag","key":"a","rev":1,"body":[]}]}'],
  ])('is malformed: %s', ([, text]) => {
    expect(decodeServerFrame(text)).toEqual({ kind: 'malformed' });
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  test('may name a prototype in a value, where it is harmless', () => {
    const item = aFlag('a', 1, '"__proto__":');
    const [text = ''] = splitItems([item]);
    expect(decodeServerFrame(text)).toEqual({ kind: 'frame', frame: { t: 'items', items: [item] } });
  });

  test('of an unknown kind of item is carried along, so that the digest stays right', () => {
    const text = '{"t":"items","items":[{"kind":"experiment","key":"a","rev":1,"body":{}}]}';
    expect(decodeServerFrame(text)).toMatchObject({ kind: 'frame', frame: { items: [{ kind: 'experiment' }] } });
  });

  test('round-trips', () => {
    expect(decodeClientFrame(encode({ t: 'nack', v: 3, code: 'digest' }))).toEqual({
      kind: 'frame',
      frame: { t: 'nack', v: 3, code: 'digest' },
    });
  });
});

function anEdit({ add = [], remove = [], ctx = 'user' }: { add?: string[]; remove?: string[]; ctx?: string }) {
  return { op: 'members', key: 'beta', rev: 2, ctx, list: 'included', add, remove } as const;
}
