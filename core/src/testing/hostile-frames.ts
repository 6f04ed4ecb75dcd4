import type { Item } from '../model/items.ts';
import { encode } from '../protocol/codec.ts';
import type { ServerFrame } from '../protocol/messages.ts';
import { flagItem, segmentItem } from './builders.ts';
import { type Spoiled, spoiled, spoiledItems } from './junk.ts';

const EPOCH = '00000000000000aa';
const good = flagItem('good', {}, 1);
const rich = flagItem(
  'bad',
  {
    rules: [
      { id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro', 7] }], serve: { variation: 0 } },
      { id: 's', clauses: [{ attribute: '', operator: 'in-segment', values: ['team'] }], serve: { variation: 1 } },
    ],
    prerequisites: [{ flag: 'good', variations: ['on'] }],
    targets: [{ variation: 1, contextKind: 'user', keys: ['named'] }],
    fallthrough: { split: { ranges: [[100_000, 0]] } },
  },
  1,
);
const team = segmentItem('team', { included: [{ contextKind: 'user', keys: ['a'] }] });

/** What a client has at version 1: a flag that nothing is done to, and one that has every part a flag may have. */
export const spoilable = { good, rich, all: [good, rich, team] } as const satisfies Readonly<
  Record<string, Item | readonly Item[]>
>;

type DigestOf = (items: readonly Item[]) => string;

/** The change of one item to this one, as the service would send it to whoever has all that is spoilable. */
export function spoilingChange(item: Item, digestOf: DigestOf): ServerFrame {
  const next = { ...item, rev: 2 } as Item;
  const all = spoilable.all.map((one) => (one.kind === next.kind && one.key === next.key ? next : one));
  return { t: 'change', from: 1, to: 2, digest: digestOf(all), ops: [{ op: 'put', ...next }] } as ServerFrame;
}

/** Items with one field of their bodies spoiled, in every way. */
export const spoiledBodies: readonly Spoiled<Item>[] = [...spoiledItems(rich), ...spoiledItems(team)];

/** Texts that are no frames, or hardly: spoiled ones, ones that are cut off, and whatever else a service may come up with. */
export function hostileTexts(digestOf: DigestOf): readonly string[] {
  const whole: readonly ServerFrame[] = [
    spoilingChange(flagItem('bad', { on: false }), digestOf),
    { t: 'begin', epoch: EPOCH, v: 2, items: 1, bytes: 100 },
    { t: 'items', items: [good] },
    { t: 'commit', v: 2, digest: digestOf([good]) },
    { t: 'hb', v: 1, d8: digestOf(spoilable.all).slice(0, 8) },
    { t: 'ops', to: 2, ops: [{ op: 'del', kind: 'flag', key: 'bad', rev: 2 }] },
    { t: 'goodbye', reason: 'age' },
  ];
  const spoiledFrames = whole.flatMap((frame) =>
    spoiled(frame.t, frame).map(({ value }) => JSON.stringify(value) ?? ''),
  );
  const cut = whole.flatMap((frame) => {
    const text = encode(frame);
    return Array.from({ length: Math.ceil(text.length / 7) }, (_, end) => text.slice(0, 7 * end));
  });
  return [...new Set([...spoiledFrames, ...cut, ...ODD])];
}

/** What an SDK that has all that is spoilable refuses, by the name that it has for it. */
export function refusedTexts(digestOf: DigestOf): readonly (readonly [what: string, texts: string[], code: string])[] {
  const change = spoilingChange(rich, digestOf) as Extract<ServerFrame, { t: 'change' }>;
  const wrong = '0'.repeat(32);
  /** A full transfer of version 2; of the good flag only, unless said otherwise. */
  const state = ({ items = 0, all = [good] as readonly Item[], digest = digestOf(all) }): readonly ServerFrame[] => [
    { t: 'begin', epoch: EPOCH, v: 2, items: items || all.length, bytes: 100 },
    { t: 'items', items: all },
    { t: 'commit', v: 2, digest },
  ];
  const members = { op: 'members', key: 'none', rev: 2, ctx: 'user', list: 'included', add: ['a'], remove: [] };
  const rows: readonly (readonly [what: string, frames: readonly (ServerFrame | string)[], code: string])[] = [
    ['text that is no JSON', ['{"t":"change"'], 'malformed'],
    ['a change of one frame without its fields', ['{"t":"change","from":1}'], 'malformed'],
    ['rest of something that never began', [{ t: 'ops', to: 2, ops: [] }], 'malformed'],
    ['a state of one item that says two', state({ items: 2 }), 'malformed'],
    ['the same item twice', state({ all: [good, good], digest: digestOf([]) }), 'malformed'],
    ['a state without items', state({ all: [], digest: digestOf([]) }), 'empty'],
    ['20,001 items', [{ t: 'begin', epoch: EPOCH, v: 2, items: 20_001, bytes: 1 }], 'too-big'],
    ['a byte more than 16 MiB', [{ t: 'begin', epoch: EPOCH, v: 2, items: 1, bytes: 2 ** 24 + 1 }], 'too-big'],
    ['another digest', state({ digest: wrong }), 'digest'],
    ['a change to another digest', [{ ...change, digest: wrong }], 'digest'],
    ['keys for a segment that is not there', [{ ...change, ops: [members] } as ServerFrame], 'apply'],
  ];
  return rows.map(([what, frames, code]) => [
    what,
    frames.map((frame) => (typeof frame === 'string' ? frame : encode(frame))),
    code,
  ]);
}

const ODD = [
  '{"t":"hb","t":"change","v":1}',
  '{"t":"hb","v":1,"v":2,"d8":"00000000"}',
  '{"t":"hb","v":1e400,"d8":"00000000"}',
  `{"t":"hb","v":${2 ** 53},"d8":"00000000"}`,
  '{"t":"hb","__proto__":{"v":1},"constructor":{},"v":1,"d8":"00000000"}',
  '\u0000',
  '\ud800',
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  `{"t":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
  'x'.repeat(300_000),
];
