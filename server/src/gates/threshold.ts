import type { Threshold } from './gate.ts';

/** Whether a value lies where harm is. */
export function isBeyond({ failsWhen, threshold }: Threshold, value: number): boolean {
  switch (failsWhen) {
    case 'above':
      return value > threshold;
    case 'below':
      return value < threshold;
  }
}
