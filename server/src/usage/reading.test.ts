import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { archivedFor, isOfArchived, MOST_SEEN } from '../store/usage.ts';
import { isAhead, type ServedEnvironment, usageOf } from './reading.ts';
import { reportSchema, type WireReport } from './report-schema.ts';

const served: ServedEnvironment = {
  version: 41,
  items: new Map([['flag\tcheckout', flagItem('checkout', { on: true }, 41)]]),
};

function aReport(report: Record<string, unknown>): WireReport {
  return reportSchema.parse({ schema: 1, instance: 'one', seq: 3, sdk: 'node/1', from: 0, to: 1, ...report });
}

const evaluated = (evaluations: Record<string, unknown> = {}) => ({
  flag: 'checkout',
  fv: 41,
  var: 'on',
  reason: 'FALLTHROUGH',
  n: 5,
  ...evaluations,
});

const asker = { sdk: 'node/1', app: '' };

describe('a report', () => {
  test('becomes counts of the flags that there are', () => {
    expect(usageOf(aReport({ evals: [evaluated()] }), 'env-1', served)).toEqual({
      environment: 'env-1',
      instance: 'one',
      seq: 3,
      counts: [{ flag: 'checkout', variation: 'on', reason: 'FALLTHROUGH', n: 5 }],
      missing: [],
      seen: [],
      health: [],
    });
  });

  test('of a flag that there is not counts it as missing', () => {
    expect(usageOf(aReport({ evals: [evaluated({ flag: 'gone' })] }), 'env-1', served)).toMatchObject({
      counts: [],
      missing: [{ key: 'gone', error: 'FLAG_NOT_FOUND', n: 5, ...asker }],
    });
  });

  test('of an archived flag counts, and names each application that asked', () => {
    const archived = { ...flagItem('checkout', { on: true }, 41) };
    const items = new Map([['flag\tcheckout', { ...archived, body: { ...archived.body, archived: true } }]]);
    const app = { name: 'api', version: '9f3' };
    const usage = usageOf(aReport({ app, evals: [evaluated(), evaluated({ var: 'off', n: 2 })] }), 'env-1', {
      version: 41,
      items,
    } as ServedEnvironment);
    expect(usage.counts.map(({ n }) => n)).toEqual([5, 2]);
    const error = archivedFor('api 9f3');
    expect(usage.missing).toEqual([5, 2].map((n) => ({ key: 'checkout', error, n, sdk: 'node/1', app: 'api 9f3' })));
    expect(usage.missing.every(isOfArchived)).toBe(true);
  });

  test('cannot make names: what is not known shares one', () => {
    const evals = [evaluated({ var: 'x1' }), evaluated({ reason: 'NEWER_THAN_US' })];
    const { counts, missing } = usageOf(aReport({ evals, missing: [['k', 'NEWER', 1]] }), 'env-1', served);
    expect(counts.map(({ variation, reason }) => [variation, reason])).toEqual([
      ['', 'FALLTHROUGH'],
      ['on', 'OTHER'],
    ]);
    expect(missing.map(({ error }) => error)).toEqual(['OTHER']);
  });

  test('says who asked, and keeps of long names what can be read', () => {
    const app = { name: 'api', version: '9f3' };
    const { missing } = usageOf(
      aReport({ app, sdk: 'node/2', missing: [['🚀'.repeat(200), 'FLAG_NOT_FOUND', 2]] }),
      'env-1',
      served,
    );
    expect(missing).toEqual([{ key: '🚀'.repeat(128), error: 'FLAG_NOT_FOUND', n: 2, sdk: 'node/2', app: 'api 9f3' }]);
  });

  test('names the kinds and attributes of contexts, as far as they are names', () => {
    const contexts = [
      ['user', ['plan', '', 'x'.repeat(129), 'bell\u0007', 'Straße']],
      ['no kind', ['plan']],
      ['org', [], 'more'],
    ];
    expect(usageOf(aReport({ contexts }), 'env-1', served).seen).toEqual([
      { kind: 'user', attribute: '' },
      { kind: 'user', attribute: 'plan' },
      { kind: 'user', attribute: 'Straße' },
      { kind: 'org', attribute: '' },
    ]);
    expect(usageOf(aReport({ contexts: [['user', [1]]], evals: [evaluated()] }), 'env-1', served)).toMatchObject({
      counts: [{ n: 5 }],
      seen: [],
      health: [],
    });
  });

  test('names no more attributes than are kept, so that one report does not keep the database busy', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `name-${i}`);
    const contexts = ['user', 'org', 'device'].map((kind) => [kind, names]);
    expect(usageOf(aReport({ contexts }), 'env-1', served).seen).toHaveLength(MOST_SEEN);
  });

  test('of nothing holds nothing', () => {
    const { counts, missing } = usageOf(
      aReport({ evals: [evaluated({ n: 0 })], missing: [['k', 'FLAG_NOT_FOUND', 0]] }),
      'env-1',
      served,
    );
    expect([...counts, ...missing]).toEqual([]);
  });

  test('of a newer SDK keeps what is understood of it', () => {
    const report = aReport({
      evals: [evaluated({ rule: 'r7', arm: 't', stage: 2, later: {} })],
      missing: [['k', 'FLAG_NOT_FOUND', 1, 'more']],
      health: [{ any: 'thing' }],
      schema: 9,
    });
    const { counts, missing } = usageOf(report, 'env-1', served);
    expect([counts.length, missing.length]).toEqual([1, 1]);
  });

  test('is ahead of a replica that does not serve the version yet in which the flag was altered', () => {
    expect(isAhead(aReport({ evals: [evaluated({ fv: 42 })] }), served)).toBe(true);
    expect(isAhead(aReport({ evals: [evaluated()] }), served)).toBe(false);
    expect(isAhead(aReport({}), served)).toBe(false);
  });
});
