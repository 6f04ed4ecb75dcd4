import type { Json } from '@glidepath/core';
import type { FlagView, LifecycleView } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { Failure, usage } from '../failure.ts';
import { flagRoute } from '../paths.ts';
import type { Forward } from './replacement.ts';

/** What stays of the flag; refuses where it is not ready to go. */
export async function forwardOf(call: Call, key: string): Promise<Forward> {
  if (call.has('offline')) return givenForward(call, key, 'Offline nobody knows what it is settled at');
  const view = await lifeOf(call, key);
  if (view === null) return givenForward(call, key, `The service has no flag ${key}`);
  const { kind, checks } = view.readiness;
  const told = (outcome: string) => checks.filter((check) => check.outcome === outcome).map(({ sentence }) => sentence);
  if (kind === 'blocked') throw notReady(key, told('block'), view.next.sentence);
  for (const sentence of told('caution')) call.note(`caution: ${sentence}`);
  const wanted = call.text('variation') ?? view.forward?.variation;
  if (wanted === undefined)
    throw new Failure('refused', 'not-settled', `${key} is not settled at one variation.`, 'Pass --variation.');
  if (view.forward?.variation === wanted) return { key, variation: wanted, value: view.forward.value };
  if (view.forward !== null)
    call.note(`caution: ${key} is settled at ${view.forward.variation}, and not at ${wanted}.`);
  return ofVariation(call, key, wanted);
}

async function lifeOf(call: Call, key: string): Promise<LifecycleView | null> {
  try {
    return await call.api().send<LifecycleView>('GET', `${flagRoute(call, key)}/lifecycle`);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return null;
    throw error;
  }
}

function notReady(key: string, why: readonly string[], next: string): Failure {
  const reasons = (why.length > 0 ? why : [next]).map((sentence) => `  ${sentence}`);
  return new Failure('refused', 'not-ready', [`${key} is not ready to be removed:`, ...reasons].join('\n'), next);
}

async function ofVariation(call: Call, key: string, variation: string): Promise<Forward> {
  const { variations } = await call.api().send<FlagView>('GET', flagRoute(call, key));
  const found = variations.find((one) => one.key === variation);
  if (found !== undefined) return { key, variation, value: found.value };
  throw usage(`${key} has no variation ${variation}.`, `There are ${variations.map((one) => one.key).join(', ')}.`);
}

/** By the options alone. */
function givenForward(call: Call, key: string, why: string): Forward {
  const variation = call.text('variation');
  if (variation === undefined) throw usage(`${why}.`, 'Pass --variation, and --value where that is not on or off.');
  const value = call.text('value');
  return { key, variation, value: value === undefined ? namedValue(variation, why) : jsonOf(value) };
}

const NAMED: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['true', true],
  ['off', false],
  ['false', false],
]);

function namedValue(variation: string, why: string): Json {
  const value = NAMED.get(variation);
  if (value === undefined) throw usage(`${why}, nor what the value of ${variation} is.`, 'Pass --value.');
  return value;
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw usage(`--value ${text} is no JSON.`, `A text needs its quotes: --value '"${text}"'.`);
  }
}
