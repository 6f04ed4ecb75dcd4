import { merged, type SketchBody } from '@glidepath/core/sdk';
import {
  differenceWithin,
  type Interval,
  type Precision,
  ratioWithin,
  sampleRatioOf,
} from '@glidepath/server/statistics';
import { type ArmSeen, type Look, type TrafficOptions, trafficOf } from '../support/traffic.ts';
import { createChance } from './chance.ts';

const PRECISION: Precision = { alpha: 0.05, smallSample: 500 };
/** Of the plain tests, at 5 % and at 0.1 %. */
const Z = { difference: 1.96, mismatch: 3.291 };

/** What a test says of the arms so far: whether the treatment does harm, or cannot be compared. */
type Check = (look: Look) => boolean;

/** Each that a gate would use, beside the one per request that takes requests for people. */
const checks = {
  errors: ({ treatment, control }) => isAbove(0, differenceWithin(both(treatment, control, sumsOf), PRECISION)),
  errorsPerRequest: ({ treatment, control }) => Math.abs(rateZ(countsOf(treatment), countsOf(control))) > Z.difference,
  p95: ({ treatment, control }) =>
    isAbove(
      1,
      ratioWithin(
        both(treatment, control, (arm) => arm.sketches()),
        0.95,
        PRECISION,
      ),
    ),
  p95PerRequest: ({ treatment, control }) => {
    const limit = bucketOf(merged(wholeOf(treatment), wholeOf(control)), 0.95);
    return Math.abs(rateZ(above(wholeOf(treatment), limit), above(wholeOf(control), limit))) > Z.difference;
  },
  ratio: ({ treatment, control }) => isMismatch(treatment.n, control.n),
  ratioPerRequest: ({ treatment, control }) => {
    const [t, c] = [sum(treatment.n), sum(control.n)];
    return Math.abs(t - c) / Math.sqrt(t + c) > Z.mismatch;
  },
  ratioOfPeople: isMismatchOfPeople,
} as const satisfies Record<string, Check>;
export type CheckName = keyof typeof checks;

/** In how many rollouts, one per seed, each of the checks has raised an alarm at any look. */
export function alarmsIn<K extends CheckName>(
  names: readonly K[],
  { rollouts, ...traffic }: TrafficOptions & { readonly rollouts: number },
): Record<K, number> {
  const alarms = Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
  for (let seed = 1; seed <= rollouts; seed += 1) {
    const quiet = new Set(names);
    for (const look of trafficOf(createChance(seed), traffic)) {
      if (Math.min(sum(look.treatment.n), sum(look.control.n)) < PRECISION.smallSample) continue;
      for (const name of quiet) {
        if (!checks[name](look)) continue;
        alarms[name] += 1;
        quiet.delete(name);
      }
    }
  }
  return alarms;
}

function both<T>(treatment: ArmSeen, control: ArmSeen, of: (arm: ArmSeen) => T) {
  return { treatment: of(treatment), control: of(control) };
}

export function sumsOf({ n, errors }: ArmSeen) {
  return { n, sum: errors };
}

function isAbove(limit: number, interval: Interval | null): boolean {
  return interval !== null && interval.lower > limit;
}

function isMismatch(treatment: readonly number[], control: readonly number[]): boolean {
  return sampleRatioOf({ treatment, control })?.isMismatch ?? false;
}

export function isMismatchOfPeople({ treatment, control }: Look): boolean {
  const people = { treatment: treatment.people, control: control.people };
  return sampleRatioOf({ treatment: treatment.n, control: control.n, people })?.isMismatch ?? false;
}

interface Counts {
  readonly n: number;
  readonly hits: number;
}

function countsOf({ n, errors }: ArmSeen): Counts {
  return { n: sum(n), hits: sum(errors) };
}

/** Of two proportions, as if every request were an experiment of its own. */
function rateZ(a: Counts, b: Counts): number {
  const rate = (a.hits + b.hits) / (a.n + b.n);
  const error = Math.sqrt(rate * (1 - rate) * (1 / a.n + 1 / b.n));
  return error > 0 ? (a.hits / a.n - b.hits / b.n) / error : 0;
}

function wholeOf(arm: ArmSeen): SketchBody {
  return arm.sketches().reduce(merged);
}

function bucketOf({ o, c }: SketchBody, q: number): number {
  const rank = q * sum(c);
  let seen = 0;
  for (const [i, count] of c.entries()) {
    seen += count;
    if (seen >= rank) return o + i;
  }
  return o + c.length;
}

function above({ o, c }: SketchBody, bucket: number): Counts {
  return { n: sum(c), hits: sum(c.filter((_, i) => o + i > bucket)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
