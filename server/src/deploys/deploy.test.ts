import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeployInput } from '../store/deploys.ts';
import { compareDeployed, type DeployReport, deployFrom, mergedDeploy, notAhead } from './deploy.ts';

const PLACE = { project: 'shop', environment: 'env-1' };
const NOW = 1_000;

function aReport(report: Partial<DeployReport> = {}): DeployReport {
  return {
    service: 'api',
    version: '1.4.0',
    attempt: 1,
    status: 'started',
    startedAt: 100,
    finishedAt: null,
    commit: null,
    commits: [],
    url: null,
    deployedBy: null,
    ...report,
  };
}

function deployAfter(...reports: readonly DeployReport[]): DeployInput {
  const [first = aReport(), ...others] = reports;
  return others.reduce<DeployInput>((known, report) => mergedDeploy(known, report, NOW), deployFrom(first, PLACE, NOW));
}

describe('reports of a deploy', () => {
  test('that come late never take back how it ended', () => {
    const succeeded = aReport({ status: 'succeeded', finishedAt: 200 });
    expect(deployAfter(succeeded, aReport())).toMatchObject({ status: 'succeeded', startedAt: 100, finishedAt: 200 });
    expect(deployAfter(aReport({ status: 'rolled-back', finishedAt: 300 }), succeeded)).toMatchObject({
      status: 'rolled-back',
      finishedAt: 300,
    });
  });

  test('fill in what was not known, and replace nothing of it', () => {
    const known = deployAfter(
      aReport({ url: 'https://ci.example/1' }),
      aReport({ commit: 'c0ffee', url: 'https://other' }),
    );
    expect(known).toMatchObject({ commit: 'c0ffee', url: 'https://ci.example/1' });
  });

  test('that tell nothing new leave the very same deploy', () => {
    const known = deployAfter(aReport({ status: 'failed', finishedAt: 200 }));
    for (const status of ['failed', 'started'] as const)
      expect(mergedDeploy(known, aReport({ status, finishedAt: 200 }), NOW)).toBe(known);
  });

  test('of one attempt with two ends hold the later one', () => {
    const [failed, succeeded] = [
      aReport({ status: 'failed', finishedAt: 200 }),
      aReport({ status: 'succeeded', finishedAt: 250 }),
    ];
    for (const known of [deployAfter(failed, succeeded), deployAfter(succeeded, failed)])
      expect(known).toMatchObject({ status: 'succeeded', finishedAt: 250 });
  });

  test('from a clock that is ahead count as of now', () => {
    const ahead = notAhead(aReport({ status: 'succeeded', startedAt: NOW + 5, finishedAt: NOW + 9 }), NOW);
    expect(ahead).toMatchObject({ startedAt: NOW, finishedAt: NOW });
    expect(notAhead(aReport({ startedAt: null }), NOW).startedAt).toBeNull();
  });

  test('without times take the time at which they came', () => {
    expect(deployAfter(aReport({ status: 'succeeded', startedAt: null }))).toMatchObject({
      startedAt: NOW,
      finishedAt: NOW,
    });
    expect(deployAfter(aReport({ startedAt: null }))).toMatchObject({ startedAt: NOW, finishedAt: null });
  });

  test('tell the same deploy in any order, each any number of times', () => {
    const anyReport = fc.record({
      status: fc.constantFrom('started', 'failed', 'succeeded', 'rolled-back'),
      startedAt: fc.constantFrom(100, 110),
      // Ends that are told at the same moment contradict each other: the first one told holds.
      finishedAt: fc.uniqueArray(fc.integer({ min: 120, max: 900 }), { minLength: 1, maxLength: 1 }),
    });
    const orders = fc
      .uniqueArray(anyReport, { minLength: 1, maxLength: 6, selector: ({ finishedAt }) => finishedAt[0] })
      .filter((reports) => new Set(reports.map(({ status }) => status)).size === reports.length)
      .chain((reports) => fc.tuple(fc.constant(reports), fc.shuffledSubarray(reports, { minLength: reports.length })));
    fc.assert(
      fc.property(orders, ([reports, shuffled]) => {
        const told = (all: typeof reports) =>
          deployAfter(
            ...all.map(({ finishedAt, ...report }) => aReport({ ...report, finishedAt: finishedAt[0] ?? null })),
          );
        const { status, startedAt, finishedAt } = told(reports);
        expect(told([...shuffled, ...reports])).toMatchObject({ status, startedAt, finishedAt });
      }),
    );
  });
});

describe('of two versions', () => {
  const first = new Map([
    ['3f2a1c9', 100],
    ['b0b1', 200],
    ['1041', 300],
    ['1.0.0', 50],
  ]);

  test.for<[string, string, number | null]>([
    ['1.10.0', '1.9.0', 1],
    ['v1.4.0', '1.4.0', 0],
    ['1.4.0-rc.1', '1.4.0', -1],
    ['b0b1', '3f2a1c9', 1],
    ['3f2a1c9', '1041', -1],
    ['1041', '1.0.0', 1],
    ['never', 'never', 0],
    ['never', 'b0b1', null],
    ['b0b1', 'never', null],
    ['', 'b0b1', null],
    ['20', '3', null],
  ])('%j beside %j is %s', ([a, b, order]) => {
    const found = compareDeployed(a, b, first);
    expect(found === null ? null : Math.sign(found)).toBe(order);
  });
});
