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
