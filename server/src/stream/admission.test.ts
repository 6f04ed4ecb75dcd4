import { describe, expect, test } from 'vitest';
import { type AdmissionFacts, type AdmissionLimits, createAdmission } from './admission.ts';

const LIMITS: AdmissionLimits = {
  handshakesPerSecond: 250,
  handshakeBurst: 500,
  handshakesPerSecondOfKey: 20,
  connections: 10_000,
};
const at = (now: number, facts: Partial<AdmissionFacts> = {}): AdmissionFacts => ({
  now,
  key: 'k',
  openConnections: 0,
  overloaded: false,
  ...facts,
});
const middle = () => 0.5;

describe('admission of handshakes', () => {
  test('lets a burst in, then as many as the rate gives back', () => {
    const admission = createAdmission(LIMITS, middle);
    const admitted = (now: number, tries: number) =>
      Array.from({ length: tries }, () => admission.admit(at(now))).filter((answer) => answer.kind === 'admitted')
        .length;
    expect(admitted(0, 5_000)).toBe(500);
    expect(admitted(1_000, 5_000)).toBe(250);
    expect(admitted(1_500, 5_000)).toBe(125);
  });

  test('spreads those it refuses over one to three times what the queue takes', () => {
    const draws = [0, 0.999, 0.25, 0.75];
    let i = 0;
    const admission = createAdmission(LIMITS, () => draws[i++ % draws.length] ?? 0);
    const answers = Array.from({ length: 5_500 }, () => admission.admit(at(0))).slice(500);
    const delays = answers.map((answer) => (answer.kind === 'refused' ? answer.retryAfterSeconds : 0));
    expect(Math.min(...delays)).toBe(1);
    expect(delays.at(-4)).toBe(20); // 4,997 wait, 250 a second, once
    expect(delays.at(-3)).toBe(60); // 4,998 wait, three times
  });

  test('refuses over the connection cap and under overload, and tells which', () => {
    const admission = createAdmission(LIMITS, middle);
    expect(admission.admit(at(0, { openConnections: 10_000 }))).toMatchObject({ kind: 'refused', because: 'full' });
    expect(admission.admit(at(0, { overloaded: true }))).toMatchObject({ kind: 'refused', because: 'busy' });
    expect(admission.admit(at(0))).toEqual({ kind: 'admitted' });
  });

  test('brings back a fleet of five thousand within half a minute, but stops a key that goes on reconnecting', () => {
    const admission = createAdmission({ ...LIMITS, connections: 6_000 }, middle);
    const perSecond = (now: number) =>
      Array.from({ length: 250 }, () => admission.admit(at(now))).filter((answer) => answer.kind === 'admitted').length;
    const counts = Array.from({ length: 60 }, (_, second) => perSecond(second * 1_000));
    expect(counts.slice(0, 25).reduce((a, b) => a + b)).toBeGreaterThan(5_000);
    expect(counts.at(-1)).toBe(20);
    expect(admission.admit(at(59_000, { key: 'another' }))).toEqual({ kind: 'admitted' });
  });
});
