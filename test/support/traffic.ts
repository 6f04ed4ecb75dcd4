import { SHARDS, Sketch, type SketchBody } from '@glidepath/core/sdk';
import type { Chance } from '../sim/chance.ts';

/**
 * What an arm has seen since the beginning; read it before the next look. `people` are those seen for the first time by a
 * process, by shard.
 */
export interface ArmSeen {
  readonly n: readonly number[];
  readonly errors: readonly number[];
  readonly people: readonly number[];
  /** Sketches of durations, one per group of four shards; empty ones unless traffic is timed. */
  sketches(): readonly SketchBody[];
}

export interface Look {
  readonly treatment: ArmSeen;
  readonly control: ArmSeen;
}

export interface TrafficOptions {
  readonly usersPerArm: number;
  /** How often somebody looks: each time after as many requests. */
  readonly looks: number;
  readonly isTimed?: boolean;
  /** What the treatment adds to the probability of an error. */
  readonly addedErrors?: number;
  /** What the treatment multiplies durations by. */
  readonly slowdown?: number;
  /** Share of the people of the treatment of whom nothing is heard. */
  readonly lost?: number;
  /** At most 30, of which each request meets any. */
  readonly processes?: number;
}

/** Requests per person: most make one or two, a few make most of all (their variance is infinite). */
const PARETO_EXPONENT = 1.2;
/** No person makes more in a rollout: limits of rate exist. */
const MOST_REQUESTS = 100_000;
/** Errors come in clusters: what breaks, breaks for the same people again and again. */
const PRONE_SHARE = 0.03;
const ERRORS = { prone: 0.2, others: 0.003 };
/** Log-normal durations: people differ by one part, requests of one of them by the other. */
const MEDIAN_MS = 80;
const SIGMA = { people: 0.25, requests: 0.5 };
const GROUPS = 8;

interface Person {
  readonly arm: SeenArm;
  readonly shard: number;
  readonly errorRate: number;
  readonly medianMs: number;
  /** Processes that have seen this one, a bit each. */
  knownTo: number;
}

interface SeenArm {
  readonly n: number[];
  readonly errors: number[];
  readonly people: number[];
  readonly sketches: readonly Sketch[];
}

/** The requests of both arms in an order that chance has made, seen `looks` times: each look includes those before. */
export function* trafficOf(chance: Chance, options: TrafficOptions): Generator<Look> {
  const { usersPerArm, looks, addedErrors = 0, slowdown = 1, lost = 0, isTimed = false, processes = 1 } = options;
  const arms = { treatment: newArm(), control: newArm() };
  // Arms are parts of a hash's range: how many people are in them is chance as well.
  const inTreatment = usersPerArm + Math.round(Math.sqrt(usersPerArm / 2) * gauss(chance));
  const requests = shuffled(chance, [
    ...requestsOf(arms.treatment, { people: inTreatment, addedErrors, slowdown, lost }, chance),
    ...requestsOf(
      arms.control,
      { people: 2 * usersPerArm - inTreatment, addedErrors: 0, slowdown: 1, lost: 0 },
      chance,
    ),
  ]);
  for (let look = 1, at = 0; look <= looks; look += 1) {
    const until = Math.floor((requests.length * look) / looks);
    for (; at < until; at += 1) happen(requests[at] as Person, { isTimed, processes }, chance);
    yield { treatment: seen(arms.treatment), control: seen(arms.control) };
  }
}

/** A standard normal number (Box and Muller). */
function gauss(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}

function newArm(): SeenArm {
  const zeros = () => new Array<number>(SHARDS).fill(0);
  return { n: zeros(), errors: zeros(), people: zeros(), sketches: Array.from({ length: GROUPS }, () => new Sketch()) };
}

interface Crowd {
  readonly people: number;
  readonly addedErrors: number;
  readonly slowdown: number;
  readonly lost: number;
}

/** Everybody, as often as they make a request. */
function requestsOf(arm: SeenArm, { people, addedErrors, slowdown, lost }: Crowd, chance: Chance): Person[] {
  const requests: Person[] = [];
  for (let i = 0; i < people; i += 1) {
    const count = Math.min(MOST_REQUESTS, Math.floor((1 - chance.next()) ** (-1 / PARETO_EXPONENT)));
    const errorRate = (chance.happens(PRONE_SHARE) ? ERRORS.prone : ERRORS.others) + addedErrors;
    const medianMs = MEDIAN_MS * slowdown * Math.exp(SIGMA.people * gauss(chance));
    const person = { arm, shard: chance.between(0, SHARDS - 1), errorRate, medianMs, knownTo: 0 };
    if (chance.happens(lost)) continue;
    for (let k = 0; k < count; k += 1) requests.push(person);
  }
  return requests;
}

function shuffled<T>(chance: Chance, all: T[]): T[] {
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = chance.between(0, i);
    const other = all[j] as T;
    all[j] = all[i] as T;
    all[i] = other;
  }
  return all;
}

interface Service {
  readonly isTimed: boolean;
  readonly processes: number;
}

function happen(person: Person, { isTimed, processes }: Service, chance: Chance): void {
  const { arm, shard } = person;
  arm.n[shard] = (arm.n[shard] ?? 0) + 1;
  const process = processes === 1 ? 1 : 1 << chance.between(0, processes - 1);
  if ((person.knownTo & process) === 0) arm.people[shard] = (arm.people[shard] ?? 0) + 1;
  person.knownTo |= process;
  if (chance.happens(person.errorRate)) arm.errors[shard] = (arm.errors[shard] ?? 0) + 1;
  if (!isTimed) return;
  arm.sketches[Math.floor((shard * GROUPS) / SHARDS)]?.add(person.medianMs * Math.exp(SIGMA.requests * gauss(chance)));
}

function seen({ n, errors, people, sketches }: SeenArm): ArmSeen {
  return { n, errors, people, sketches: () => sketches.map((sketch) => sketch.body()) };
}
