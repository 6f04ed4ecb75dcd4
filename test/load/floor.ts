import type { BenchContext, Kind, Workload } from './shapes.ts';

const [ON, OFF] = [{ value: true }, { value: false }];
/** The least an evaluator has to do: a look-up, murmur3, a closure by hand. No validation, no reasons, ASCII only. */
export function openFloor({ flags, countries, version, ending, members }: Workload) {
  const [listed, known, least] = [new Set(countries), new Set(members), numberOf(version)];
  const isRuled = ({ country, appVersion, email }: BenchContext) =>
    listed.has(country) || numberOf(appVersion) >= least || email.endsWith(ending);
  const isIn = (seed: number, { key }: BenchContext) => (murmur3(key, seed) ^ 0x8000_0000) < 2 ** 32 / 10 - 2 ** 31;
  const kinds: Record<Kind, (seed: number) => (context: BenchContext) => typeof ON> = {
    switch: () => () => ON,
    rollout: (seed) => (context) => (isIn(seed, context) ? ON : OFF),
    ruled: (seed) => (context) => (isRuled(context) || isIn(seed, context) ? ON : OFF),
    member: () => (context) => (known.has(context.key) ? ON : OFF),
  };
  const decisions = new Map(flags.map(({ key, kind }) => [key, kinds[kind](murmur3(key, 0))]));
  return (key: string, context: BenchContext): boolean => decisions.get(key)?.(context).value ?? false;
}

function numberOf(version: string): number {
  let number = 0;
  for (let i = 0; i < version.length; i += 1) {
    const code = version.charCodeAt(i);
    number = code === 46 ? number * 1_000 : number + 9 * (number % 1_000) + code - 48;
  }
  return number;
}
function murmur3(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i += 4) {
    const low = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8);
    const k = Math.imul(low | (text.charCodeAt(i + 2) << 16) | (text.charCodeAt(i + 3) << 24), 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    if (i + 4 <= text.length) h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ text.length ^ ((h ^ text.length) >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
