import { createHash } from 'node:crypto';
import type { Item } from '@glidepath/core';
import { applyOps, digestOf, type Hash, type ItemId, idOf, type WholeOp } from '@glidepath/core/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EnvironmentChange } from '../store/store.ts';
import { mergeChanges } from './merge.ts';
import { changesAfter, EMPTY_RING, pushed } from './ring.ts';
import { advanced, type Snapshot, snapshotOf } from './snapshot.ts';

const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const RING = { changes: 12, bytes: 1_000_000 };

describe('T6: deltas of a random history', () => {
  test('lead from any kept version to the same items, byte for byte (1,000 histories)', () => {
    fc.assert(
      fc.property(aHistory, (transactions) => {
        const snapshots = [EMPTY];
        for (const transaction of transactions) {
          const before = snapshots.at(-1) as Snapshot;
          const after = afterTransaction(before, transaction);
          if (after !== before) snapshots.push(after);
        }
        const last = snapshots.at(-1) as Snapshot;
        const kept = snapshots.filter(({ version }) => changesAfter(last.ring, version) !== null);
        if (snapshots.length > 1) expect(kept.length).toBe(Math.min(snapshots.length, RING.changes + 1));
        for (const basis of kept) {
          if (basis.version === last.version) continue;
          const merged = mergeChanges(changesAfter(last.ring, basis.version) ?? []);
          const applied = applyOps(basis, merged.ops, hash);
          expect([merged.from, merged.to, merged.digest]).toEqual([basis.version, last.version, last.digest]);
          expect(applied?.digest).toBe(last.digest);
          expect(textOf(applied?.items)).toBe(textOf(last.items));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('merged changes', () => {
  test('hold one op for each item, the last', () => {
    const merged = mergeChanges([
      aChange(2, [aPut('a', 2), aPut('b', 2)]),
      aChange(3, [{ op: 'del', kind: 'flag', key: 'a', rev: 3 }]),
      aChange(4, [aPut('b', 4), aPut('c', 4)], true),
    ]);
    expect(merged).toMatchObject({ from: 1, to: 4, urgent: true });
    expect(merged.ops).toEqual([{ op: 'del', kind: 'flag', key: 'a', rev: 3 }, aPut('b', 4), aPut('c', 4)]);
  });

  test('fold edits of keys into a segment that they bring themselves', () => {
    const merged = mergeChanges([aChange(2, [aSegment(['x', 'y'], 2)]), aChange(3, [anEdit(['z'], ['x'], 3)])]);
    expect(merged.ops).toEqual([aSegment(['y', 'z'], 3)]);
  });

  test('keep edits of keys apart when the segment is the SDK’s own', () => {
    const edits = [anEdit(['a'], [], 2), anEdit([], ['a'], 3)];
    expect(mergeChanges(edits.map((op, index) => aChange(2 + index, [op]))).ops).toEqual(edits);
  });

  test('cannot be made of nothing', () => {
    expect(() => mergeChanges([])).toThrow();
  });
});

describe('the ring of changes', () => {
  test('forgets the oldest over its count and over its bytes', () => {
    const changes = [2, 3, 4, 5].map((version) => aChange(version, [aPut('a', version)]));
    const byCount = changes.reduce((ring, change) => pushed(ring, change, { changes: 2, bytes: 1e9 }), EMPTY_RING);
    expect(changesAfter(byCount, 3)?.map(({ version }) => version)).toEqual([4, 5]);
    expect(changesAfter(byCount, 2)).toBeNull();
    const size = byCount.bytes / 2;
    const byBytes = changes.reduce((ring, change) => pushed(ring, change, { changes: 9, bytes: 3 * size }), EMPTY_RING);
    expect(changesAfter(byBytes, 2)?.length).toBe(3);
    expect(changesAfter(byBytes, 1)).toBeNull();
    expect(changesAfter(byBytes, 5)).toEqual([]);
  });
});

const EMPTY: Snapshot = snapshotOf(
  { id: 'env', epoch: 'a'.repeat(16), version: 1, digest: digestOf([], hash), items: [] },
  [],
);

type Edit =
  | { readonly kind: 'put'; readonly key: string; readonly value: number }
  | { readonly kind: 'del'; readonly key: string }
  | { readonly kind: 'segment'; readonly keys: readonly string[] }
  | { readonly kind: 'members'; readonly add: readonly string[]; readonly remove: readonly string[] };

const aKey = fc.constantFrom('a', 'b', 'c', 'd');
const users = fc.uniqueArray(fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5'), { maxLength: 3 });
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key: aKey, value: fc.nat(9) }),
  fc.record({ kind: fc.constant('del' as const), key: aKey }),
  fc.record({ kind: fc.constant('segment' as const), keys: users }),
  fc.record({ kind: fc.constant('members' as const), add: users, remove: users }),
);
const aHistory = fc.array(fc.array(anyEdit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 });

/** Commits a transaction as the store does: what does not fit is left out, what is left out entirely takes no version. */
function afterTransaction(before: Snapshot, edits: readonly Edit[]): Snapshot {
  const version = before.version + 1;
  const ops = edits.flatMap((edit) => opOf(before, edit, version));
  const applied = applyOps(before, ops, hash);
  if (!applied || ops.length === 0) return before;
  const digest = digestOf(applied.items.values(), hash);
  const change = { ...aChange(version, ops), digest };
  const next = advanced(before, change, hash, RING);
  if (!next) throw new Error('The change does not follow');
  return next;
}

function opOf(before: Snapshot, edit: Edit, rev: number): readonly WholeOp[] {
  switch (edit.kind) {
    case 'put':
      return [{ op: 'put', kind: 'flag', key: edit.key, rev, body: { n: edit.value } as never }];
    case 'del':
      return [{ op: 'del', kind: 'flag', key: edit.key, rev }];
    case 'segment':
      return [aSegment(edit.keys, rev)];
    case 'members':
      return before.items.has('segment\tbeta') ? [anEdit(edit.add, edit.remove, rev)] : [];
  }
}

function textOf(items: ReadonlyMap<ItemId, Item> | undefined): string {
  return JSON.stringify([...(items?.values() ?? [])].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)));
}

function aChange(version: number, ops: readonly WholeOp[], urgent = false): EnvironmentChange {
  return { environment: 'env', version, changeId: `c${version}`, ops, digest: '0'.repeat(32), urgent, at: 0 };
}

function aPut(key: string, rev: number): WholeOp {
  return { op: 'put', kind: 'flag', key, rev, body: { n: rev } as never };
}

function aSegment(keys: readonly string[], rev: number): WholeOp {
  const included = keys.length === 0 ? [] : [{ contextKind: 'user', keys }];
  return {
    op: 'put',
    kind: 'segment',
    key: 'beta',
    rev,
    body: { schema: 1, salt: 's', included, excluded: [], rules: [] },
  };
}

function anEdit(add: readonly string[], remove: readonly string[], rev: number): WholeOp {
  return { op: 'members', key: 'beta', rev, ctx: 'user', list: 'included', add, remove };
}
