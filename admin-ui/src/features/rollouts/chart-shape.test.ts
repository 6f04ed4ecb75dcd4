import { expect, test } from 'vitest';
import { chartShapeOf, HEIGHT, WIDTH } from './chart-shape.ts';
import { aLatencyGate, anErrorGate, aVerdict, iso, NOW } from './rollout-fixture.ts';

const { gate: errors } = anErrorGate();
const { gate: p95 } = aLatencyGate(null);
const none = { value: null, limit: null, control: null, interval: null, samples: null };

function point(second: number, figures: Partial<ReturnType<typeof aVerdict>['figures']>) {
  return aVerdict({ at: iso(NOW + second * 1_000), figures: { ...none, ...figures } });
}

test('where nothing was measured there is nothing to draw', () => {
  expect(chartShapeOf(errors, [])).toBeNull();
  expect(chartShapeOf(errors, [point(0, {}), point(10, {})])).toBeNull();
});

test('time runs from left to right, and larger values stand higher', () => {
  const shape = chartShapeOf(errors, [point(0, { value: 0 }), point(10, { value: 100 })]);
  expect(shape).toMatchObject({ least: 0, most: 108, from: NOW, to: NOW + 10_000, control: '', limit: '', band: '' });
  expect(shape?.released).toBe(`M0.0 ${HEIGHT.toFixed(1)}L${WIDTH.toFixed(1)} ${((8 / 108) * HEIGHT).toFixed(1)}`);
});

test('the range of a comparison lies around the control, that of a value around itself', () => {
  const drawn = (gate: typeof errors, figures: Parameters<typeof point>[1]) =>
    chartShapeOf(gate, [point(0, figures), point(10, figures)]);
  const edges = { least: 8 - 0.08 * 92, most: 100 + 0.08 * 92 };
  const difference = drawn(errors, { value: 12, control: 10, interval: [-2, 90] });
  const ratio = drawn(p95, { value: 12, control: 10, interval: [0.8, 10] });
  const alone = drawn(errors, { value: 12, interval: [8, 100] });
  expect([difference, ratio, alone]).toEqual([edges, edges, edges].map((one) => expect.objectContaining(one)));
  expect([ratio?.band, alone?.band]).toEqual([difference?.band, difference?.band]);
});

test('a line is broken where data were missing', () => {
  const points = [1, 2, null, 3].map((control, at) => point(at, { value: 2, control }));
  expect(chartShapeOf(errors, points)?.control.match(/M/g)).toHaveLength(2);
});

test('a value that stands alone is drawn as a short line: a point would not be seen', () => {
  const alone = chartShapeOf(errors, [point(0, { value: 5, limit: 2 })]);
  const [from, to] = [WIDTH / 2 - 6, WIDTH / 2 + 6].map((x) => x.toFixed(1));
  expect([alone?.released, alone?.limit]).toEqual(
    [1, 2].map(() => expect.stringMatching(new RegExp(`^M${from} [\\d.]+L${to} [\\d.]+$`))),
  );
  const first = chartShapeOf(errors, [point(0, { value: 5, control: 1 }), point(10, { value: 5 })]);
  expect(first?.control).toMatch(/^M0\.0 [\d.]+L6\.0 [\d.]+$/);
});

test('a constant course has room around it', () => {
  expect(chartShapeOf(errors, [point(0, { value: 5 }), point(10, { value: 5 })])).toMatchObject({
    least: 4.5,
    most: 5.5,
  });
  expect(chartShapeOf(errors, [point(0, { value: 0 })])).toMatchObject({ least: 0, most: 1 });
});
