import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_GENESIS, recordAfter, verifyAudit } from './audit-chain.ts';
import { sha256 } from './canonical.ts';
import type { AuditHead, AuditRecord } from './store.ts';

function aLog(length: number): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let n = 0; n < length; n += 1) {
    const head: AuditHead = records.at(-1) ?? AUDIT_GENESIS;
    records.push(
      recordAfter(head, {
        at: 1_900_000_000_000 + n,
        actor: `member:${n % 3}`,
        origin: 'ui',
        action: 'change-flag',
        project: n % 2 ? 'shop' : null,
        changeId: `change-${n}`,
        environments: [{ key: 'production', from: n, to: n + 1 }],
        documents: [{ kind: 'flag', id: `id-${n}`, key: 'dark-mode', revision: n }],
        content: { comment: `change ${n}` },
      }),
    );
  }
  return records;
}

const log = aLog(12);
const head = { seq: 12, hash: log.at(-1)?.hash };
const place = fc.nat({ max: log.length - 1 });

/** Alters one record so that it differs for sure. */
const alterations: readonly ((record: AuditRecord) => AuditRecord)[] = [
  (record) => ({ ...record, content: `${record.content} ` }),
  (record) => ({ ...record, content: (record.content ?? '').replace('change', 'chance') }),
  (record) => ({ ...record, contentHash: sha256(record.contentHash) }),
  (record) => ({ ...record, prevHash: sha256(record.prevHash) }),
  (record) => ({ ...record, hash: sha256(record.hash) }),
  (record) => ({ ...record, seq: record.seq + 20 }),
  (record) => ({ ...record, at: record.at - 1 }),
  (record) => ({ ...record, actor: 'member:mallory' }),
  (record) => ({ ...record, project: 'other' }),
  (record) => ({ ...record, environments: [] }),
  (record) => ({ ...record, documents: record.documents.map((document) => ({ ...document, revision: 99 })) }),
  // Someone who also mends the record's own hashes breaks the link to the next one, or the head.
  (record) => recordAfter({ seq: record.seq - 1, hash: record.prevHash }, { ...record, actor: 'x', content: {} }),
];

/** A way to tamper with a log. */
const tampering: fc.Arbitrary<(records: readonly AuditRecord[]) => readonly AuditRecord[]> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...alterations)).map(
    ([at, alter]) =>
      (records: readonly AuditRecord[]) =>
        records.map((record, n) => (n === at ? alter(record) : record)),
  ),
  place.map((at) => (records: readonly AuditRecord[]) => records.toSpliced(at, 1)),
  place.map((at) => (records: readonly AuditRecord[]) => records.slice(0, at)),
  fc.tuple(place, place).map(
    ([at, from]) =>
      (records: readonly AuditRecord[]) =>
        records.toSpliced(at, 0, records[from] as AuditRecord),
  ),
  fc
    .tuple(place, place)
    .filter(([one, other]) => one !== other)
    .map(([one, other]) => (records: readonly AuditRecord[]) => {
      const swapped = [...records];
      [swapped[one], swapped[other]] = [records[other] as AuditRecord, records[one] as AuditRecord];
      return swapped;
    }),
);

describe('the audit chain', () => {
  test('of an untouched log is intact, whole and page by page', () => {
    expect(verifyAudit(log)).toEqual({ kind: 'intact', head });
    const first = verifyAudit(log.slice(0, 5));
    if (first.kind !== 'intact') throw new Error(first.because);
    expect(verifyAudit(log.slice(5), first.head)).toEqual({ kind: 'intact', head });
  });

  test('T73: shows 1,000 of 1,000 random changes, deletions, insertions, swaps and cuts', () => {
    fc.assert(
      fc.property(tampering, (tamper) => {
        const verdict = verifyAudit(tamper(log));
        const isNoticed = verdict.kind === 'broken' || verdict.head.seq !== head.seq || verdict.head.hash !== head.hash;
        expect(isNoticed).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('stays verifiable when retention has blanked the content of some records', () => {
    const blanked = log.map((record) => (record.seq < 7 ? { ...record, content: null } : record));
    expect(verifyAudit(blanked)).toEqual({ kind: 'intact', head });
  });

  test.for(['no JSON', 'null', '[]', '{"envelope":null}'])(
    'shows content replaced by %s under mended hashes',
    (content) => {
      const [, second] = log as [AuditRecord, AuditRecord];
      const contentHash = sha256(content);
      const forged = { ...second, content, contentHash, hash: sha256(`${second.prevHash}2${contentHash}`) };
      expect(verifyAudit([log[0] as AuditRecord, forged])).toMatchObject({ kind: 'broken', seq: 2 });
    },
  );

  test('names the first record that does not fit', () => {
    const altered = log.map((record) => (record.seq >= 4 ? { ...record, content: '{}' } : record));
    expect(verifyAudit(altered)).toEqual({
      kind: 'broken',
      seq: 4,
      because: 'the content of record 4 was changed',
    });
  });
});
