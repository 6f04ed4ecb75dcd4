import { expect, test } from 'vitest';
import { announced } from './incident-state.ts';

const at = (minute: number) => `2026-05-04T03:${String(minute).padStart(2, '0')}:00.000Z`;

test('everybody is told of the worst incident first, of two that are as bad of the older one, and of no mild one', () => {
  const mild = { id: 'mild', severity: 'SEV3', detectedAt: at(1) } as const;
  const partial = { id: 'partial', severity: 'SEV2', detectedAt: at(2) } as const;
  const later = { id: 'later', severity: 'SEV1', detectedAt: at(9) } as const;
  const first = { id: 'first', severity: 'SEV1', detectedAt: at(4) } as const;
  expect(announced([mild, partial, later, first]).map(({ id }) => id)).toEqual(['first', 'later', 'partial']);
  expect(announced([mild])).toEqual([]);
});
