import { describe, expect, test } from 'vitest';
import { newCall } from '../call.ts';
import { start } from '../commands/rollout-start.ts';
import { parseFor } from '../parse.ts';
import { newSeen, testOutside } from '../testing-outside.ts';
import { startBodyOf } from './plan-options.ts';

const SAVED = {
  stages: [{ kind: 'percent', percent: 100, bakeMinutes: 5 }],
  runbook: 'Look.',
  start: { kind: 'manual' },
};

function bodyOf(...options: readonly string[]) {
  const seen = newSeen();
  seen.files.set('/shop/plan.json', JSON.stringify(SAVED));
  seen.files.set('/shop/broken.json', '[');
  const outside = testOutside({}, seen);
  const parsed = parseFor(start, ['rollout', 'start', 'new-checkout', ...options]);
  return startBodyOf(newCall(outside, start, parsed, null));
}

const stages = (...all: readonly (readonly [number, number])[]) =>
  all.map(([percent, bakeMinutes]) => ({ kind: 'percent', percent, bakeMinutes }));
const deploy = { kind: 'deploy', service: 'shop', minVersion: '2.4.0' };

describe('a plan on a command line', () => {
  test.for<[string[], object, boolean]>([
    [[], {}, true],
    [['--variation', 'on', '--control', 'off'], { variation: 'on', control: 'off' }, true],
    [['--template', 'quick', '--when', 'now'], { template: 'quick', start: { kind: 'manual' } }, true],
    [['--stages', '1,25,100'], { stages: stages([1, 10], [25, 10], [100, 10]) }, true],
    [['--stages', '0.5%, 100', '--bake', '90s,1.5h'], { stages: stages([0.5, 1.5], [100, 90]) }, true],
    [
      ['--gate', 'error-rate,latency'],
      {
        gates: [
          { id: 'error-rate', kind: 'error-rate' },
          { id: 'latency', kind: 'latency' },
        ],
      },
      true,
    ],
    [['--gate', 'none', '--on-failure', 'pause'], { gates: [], onFailure: 'pause' }, true],
    [['--when', 'shop>=2.4.0'], { start: deploy }, false],
    [['--when', '2026-03-01T12:00Z'], { start: { kind: 'at', at: '2026-03-01T12:00:00.000Z' } }, false],
    [['--plan', 'plan.json'], SAVED, true],
    [['--plan', 'plan.json', '--when', 'shop >= 2.4.0'], { ...SAVED, start: deploy }, false],
  ])('%j says %j', async ([options, plan, begin]) => {
    expect(await bodyOf(...options)).toEqual({ plan, begin });
  });

  test.for<[string[], string]>([
    [['--stages', '1,none'], '`none` is no percentage'],
    [['--stages', '0,100'], '`0` is no percentage'],
    [['--stages', '1,100', '--bake', '1m,2m,3m'], 'There are 2 stages and 3 times'],
    [['--stages', '1,100', '--bake', 'soon'], '--bake takes a time such as'],
    [['--bake', '10m'], '--bake says how long'],
    [['--stages', '100', '--template', 'quick'], 'Either --template or --stages'],
    [['--gate', 'prometheus'], '--gate takes error-rate'],
    [['--on-failure', 'ignore'], '--on-failure takes roll-back, pause'],
    [['--when', 'tomorrow'], '--when takes now'],
    [['--when', '2026-99-01T00:00Z'], '--when takes now'],
    [['--plan', 'not-there.json'], 'There is no file'],
    [['--plan', 'broken.json'], 'holds no plan'],
  ])('%j is refused before anything is asked', async ([options, message]) => {
    await expect(bodyOf(...options)).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining(message),
    });
  });
});
