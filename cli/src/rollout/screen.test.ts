import { describe, expect, test } from 'vitest';
import type { Paint } from '../paint.ts';
import { cellsOf, scaleOf } from './figures.ts';
import { lineOf, outlineOf, screenOf } from './screen.ts';
import { aRollout, errorsGate, latencyGate } from './testing-rollout.ts';

const plain: Paint = (text) => text;
const AT = Date.parse('2026-01-05T09:15:00.000Z');
const screen = (...given: Parameters<typeof aRollout>) => screenOf(aRollout(...given), AT, plain).join('\n');

describe('a rollout in a terminal', () => {
  test('shows what is released, how far it is, and what comes when', () => {
    expect(screen()).toBe(
      [
        'new-checkout in production · on against off · rollout r-1',
        'running at 25 % · started by Ann at 2026-01-05 08:45 UTC',
        '✓ 1 %  25 % ███████░░░  100 %',
        'next: 100 % in 5:00',
        '',
        'no gates: nothing rolls it back by itself',
      ].join('\n'),
    );
  });

  test('counts the bake on only while it bakes', () => {
    const { progress } = aRollout();
    if (progress === null) throw new Error('it has begun');
    expect(screen({ progress: { ...progress, isBaking: false } })).toContain('25 % █████░░░░░');
    expect(screen({ progress: { ...progress, bakedMs: 9_999_999 } })).toContain('25 % ██████████');
  });

  test('shows both arms with their interval, what is near enough of the limit, and why a gate says what it says', () => {
    expect(
      screen({ gates: [errorsGate(), latencyGate()] })
        .split('\n')
        .slice(5),
    ).toEqual(
      [
        'GATE    SAYS          RELEASED  CONTROL  RANGE            LIMIT   EXECUTIONS',
        'errors  pass          0.42 %    0.4 %    0.3 % … 0.54 %   1 %     12,000 / 11,900',
        '  ····├────────○─●──────────┤····',
        'p95     inconclusive  220 ms    200 ms   180 ms … 260 ms  500 ms  12,000 / 11,900',
        '  ····├──────○─────●────────┤····',
        '  too few people',
      ].map((line) => (line.startsWith('  ·') ? expect.stringMatching(/^ {2}·+├─+○─*●─+┤·+$/) : line)),
    );
  });

  test('says what it waits for: a condition, a deploy, the lines of a checklist', () => {
    const waiting = {
      state: 'waiting',
      stage: null,
      percent: 0,
      progress: null,
      next: { what: '1 %', at: null, waitsFor: 'shop 2.4.0' },
      coverage: { service: 'shop', minVersion: '2.4.0', percent: 66.6, instances: 3, covered: 2, unknown: ['dev'] },
    } as const;
    expect(screen(waiting)).toContain('1 %  25 %  100 %\nnext: 1 %, waits for shop 2.4.0');
    expect(screen(waiting)).toContain('shop 2.4.0: on 2 of 3 instances (66 %); cannot be compared: dev');
    const { plan, progress } = aRollout();
    const stages = plan.stages.map((stage) => ({ ...stage, checklist: ['told support', 'read the runbook'] }));
    const checked = screen({
      plan: { ...plan, stages },
      progress: progress && { ...progress, checked: ['told support'] },
    });
    expect(checked).toContain('[x] told support\n[ ] read the runbook');
  });

  test('tells at its end what has become of it, and which incident tells more', () => {
    const sentence = 'The release of on of new-checkout in production was rolled back (errors).';
    const over = screen({ state: 'rolled-back', stage: null, next: null, percent: 0, incident: 'INC-3', sentence });
    expect(over).toContain('rolled back at 0 %');
    expect(over.endsWith(`${sentence}\nincident: INC-3`)).toBe(true);
  });

  test('steers no terminal, whatever it is called and says', () => {
    const evil = '\u001b[2J';
    const gate = errorsGate();
    const gates = [{ ...gate, verdict: gate.verdict && { ...gate.verdict, reason: evil } }];
    const view = { startedBy: evil, flag: evil, gates, cause: { kind: 'gate', reason: evil } as const };
    expect(screen(view) + lineOf(aRollout(view), AT)).not.toContain('\u001b');
  });
});

describe('a rollout in a log', () => {
  test('is a line with what its gates say', () => {
    const cause = { kind: 'samples', reason: 'too few' } as const;
    expect(lineOf(aRollout({ state: 'holding', cause, gates: [errorsGate()] }), AT)).toBe(
      'holding at 25 % · samples: too few · next: 100 % in 5:00 · errors pass 0.42 % (control 0.4 %)',
    );
  });

  test('gets another line once something happens, and none for figures', () => {
    const gate = errorsGate();
    const figures = { ...gate.verdict?.figures, value: 0.005 };
    const later = { ...gate, verdict: gate.verdict && { ...gate.verdict, figures } } as typeof gate;
    expect(outlineOf(aRollout({ gates: [later] }))).toBe(outlineOf(aRollout({ gates: [gate] })));
    expect(outlineOf(aRollout({ percent: 100, stage: 2 }))).not.toBe(outlineOf(aRollout()));
  });
});

describe('the scale of a gate', () => {
  const { gate, verdict } = errorsGate();
  const figures = { value: 0.0042, limit: 0.01, control: 0.004, interval: null, samples: null, ...verdict?.figures };

  test('shows the limit where it is in sight', () => {
    expect(scaleOf(gate, figures)).not.toContain('│');
    expect(scaleOf(gate, { ...figures, limit: 0.005 })).toContain('│');
  });

  test('needs a value, and nothing else', () => {
    expect(scaleOf(gate, { ...figures, value: null })).toBeNull();
    expect(scaleOf(gate, { ...figures, value: 0, control: 0, interval: [0, 0] })).toMatch(/^·+●·+$/);
    expect(scaleOf(gate, { ...figures, control: null, interval: null })).toMatch(/^·+●·+$/);
  });

  test('keeps what was not measured apart from zero', () => {
    expect(cellsOf(gate, { value: 0, limit: null, control: null, interval: null, samples: null })).toEqual([
      '0 %',
      '-',
      '-',
      '-',
      '-',
    ]);
  });
});
