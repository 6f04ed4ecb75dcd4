import type { Delivery } from '@glidepath/server/api-types';
import { describe, expect, test } from 'vitest';
import { propagationWords } from './propagation.tsx';

const aDelivery = (parts: Partial<Delivery> = {}): Delivery => ({
  version: 7,
  connected: 412,
  applied: 412,
  gone: 0,
  p50Ms: 12,
  p99Ms: 31,
  slowestMs: 38,
  stragglers: [],
  browsers: { connected: 0, applied: 0 },
  pollers: 0,
  complete: true,
  ...parts,
});
const at = Date.parse('2026-03-01T02:58:11.204Z');

describe('the line that proves a change', () => {
  test('claims nothing before the server has answered', () => {
    expect(propagationWords({ kind: 'sending' })).toEqual(['Sent, waiting for the server']);
  });

  test('says when it was committed, who applied it and that nobody is left', () => {
    expect(propagationWords({ kind: 'committed', at, delivery: aDelivery(), slow: false })).toEqual([
      'committed 02:58:11.204',
      'applied 412/412 in 38 ms',
      'still old: –',
    ]);
  });

  test('names those who are missing, and says plainly when it takes too long', () => {
    const stragglers = [
      { connection: 'c1', application: 'billing', instance: 'billing-7', version: 6, silentMs: 240_000 },
    ];
    const delivery = aDelivery({ applied: 411, complete: false, stragglers });
    expect(propagationWords({ kind: 'committed', at, delivery, slow: true })).toEqual([
      'committed 02:58:11.204',
      '411/412 – 1 not confirmed',
      'still old: billing (silent 240 s)',
    ]);
  });

  test('keeps browsers, pollers and those that left out of the count', () => {
    const delivery = aDelivery({ gone: 2, pollers: 3, browsers: { connected: 1209, applied: 1204 } });
    expect(propagationWords({ kind: 'committed', at, delivery, slow: false }).slice(3)).toEqual([
      '2 closed before applying',
      'browsers 1204/1209',
      '3 polling SDKs, at the next poll',
    ]);
  });
});
