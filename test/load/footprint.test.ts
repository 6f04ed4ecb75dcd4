import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { digestOf } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { expect, test } from 'vitest';

const MIB = 2 ** 20;
const TARGET_US = { p50: 1, p99: 5 };
/** Of the median of a call: reading a clock twice around it costs the same on any machine. */
const AT_MOST_TIMES_THE_CLOCK = 30;

/** 1,000 flags, each with one rule and a tenth of everybody. */
const items = Array.from({ length: 1_000 }, (_, index) =>
  flagItem(`flag-${index}`, {
    rules: [
      { id: 'r', clauses: [{ attribute: 'country', operator: 'in', values: ['DE', 'FR'] }], serve: { variation: 0 } },
    ],
    fallthrough: {
      split: {
        ranges: [
          [10_000, 0],
          [100_000, 1],
        ],
      },
    },
  }),
);
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const ruleset = { kind: 'full', epoch: '0000000000000001', version: 1, digest: digestOf(items, hash), items };

/** Runs in a process of its own, over the built SDK with its default options; answers what `report` was given. */
function measured(program: string): Readonly<Record<string, number>> {
  const source = `
    import { createClient } from '@glidepath/sdk-node';
    import { readFileSync } from 'node:fs';
    const ruleset = JSON.parse(readFileSync(0, 'utf8'));
    const flags = createClient({ url: 'http://127.0.0.1:1', sdkKey: 'gp_srv_footprint', logger: false, bootstrap: { ruleset } });
    const contexts = Array.from({ length: 1024 }, (_, i) => ({ key: 'u-' + i, country: i % 2 ? 'DE' : 'CH' }));
    const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed; };
    const report = (figures) => console.log(JSON.stringify(figures));
    ${program}
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    input: JSON.stringify(ruleset),
    encoding: 'utf8',
    timeout: 110_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('S1: a million calls for one of 1,000 flags answer at once, in time, and leave nothing behind', () => {
  const { thenables, grown, p50, p99, clock } = measured(`
    const times = new Float64Array(1e6);
    let thenables = 0;
    for (let i = 0; i < 2e5; i += 1) if (typeof flags.variation('flag-' + (i % 1000), contexts[i & 1023], false)?.then === 'function') thenables += 1;
    const timed = (run) => {
      for (let i = 0; i < 1e6; i += 1) {
        const context = contexts[i & 1023];
        const start = performance.now();
        run(context);
        times[i] = performance.now() - start;
      }
      times.sort();
      return [times[5e5] * 1e3, times[99e4] * 1e3];
    };
    const [clock] = timed(() => false);
    timed((context) => flags.variation('flag-500', context, false));
    const before = heap();
    const [p50, p99] = timed((context) => flags.variation('flag-500', context, false));
    report({ thenables, grown: heap() - before, p50, p99, clock });`);
  console.log(
    `S1: p50 ${p50?.toFixed(3)} µs (target ${TARGET_US.p50}), p99 ${p99?.toFixed(3)} µs (target ${TARGET_US.p99}), clock ${clock?.toFixed(3)} µs, ${grown} bytes`,
  );
  expect(thenables).toBe(0);
  expect(grown).toBeLessThan(MIB);
  expect((p50 ?? Number.NaN) / (clock ?? Number.NaN)).toBeLessThan(AT_MOST_TIMES_THE_CLOCK);
});

test('S13: a million scopes leave nothing behind', () => {
  const { grown, us } = measured(`
    const work = (count) => {
      for (let i = 0; i < count; i += 1) {
        const scope = flags.forContext(contexts[i & 1023]);
        scope.variation('flag-' + (i % 1000), false);
        if (i % 10 === 0) flags.runWithContext(contexts[i & 1023], () => flags.current().variation('flag-7', false));
      }
    };
    work(1e5);
    const before = heap();
    const begin = performance.now();
    work(1e6);
    const us = (performance.now() - begin) / 1e3;
    report({ grown: heap() - before, us });`);
  console.log(`S13: ${grown} bytes after 1,000,000 scopes of one flag, ${us?.toFixed(2)} µs each`);
  expect(grown).toBeLessThan(5 * MIB);
});
