import { PEERS } from './peers.ts';
import ratios from './ratios.json' with { type: 'json' };
import { type Case, nameOf, type Rounds, ratioOf, type Spread, spreadOf } from './rounds.ts';
import type { ShapeName } from './shapes.ts';

/** All that was measured of one shape. */
export interface ShapeResult {
  readonly shape: ShapeName;
  readonly libraries: readonly string[];
  readonly rounds: Rounds;
  readonly bytes: ReadonlyMap<string, number>;
}

export interface Goal {
  readonly text: string;
  readonly isMet: boolean;
}

export const medianOf = ({ shape, rounds }: ShapeResult, library: string): number =>
  spreadOf(rounds.get(nameOf({ library, shape })) ?? []).median;

/** How many times the CPU of another that ours takes. */
const oursTo = ({ shape, rounds }: ShapeResult, library: string): Spread =>
  ratioOf(rounds, { library: 'ours', shape }, { library, shape });

/** What a result says of the goals; those whose other side was not measured are left out. */
export function goalsOf(result: ShapeResult): readonly Goal[] {
  const { shape, libraries, bytes } = result;
  const goals: Goal[] = [];
  if (!libraries.includes('ours')) return goals;
  if (libraries.includes('floor')) {
    const [ratio, limit] = [oursTo(result, 'floor').median, ratios.atMostTimesTheFloor[shape]];
    goals.push({ text: `${ratio.toFixed(2)} x the floor (at most ${limit} x)`, isMet: ratio <= limit });
  }
  if (libraries.includes('launchdarkly')) {
    const [times, least] = [1 / oursTo(result, 'launchdarkly').median, ratios.atLeastTimesCheaperThanLaunchDarkly];
    goals.push({
      text: `${times.toFixed(1)} x cheaper than LaunchDarkly (at least ${least} x)`,
      isMet: times >= least,
    });
  }
  const fastest = fastestPeerOf(result);
  if (fastest !== undefined) {
    const times = 1 / oursTo(result, fastest).median;
    const least = ratios.atLeastTimesCheaperThanTheFastestPeer[shape];
    const text = `${times.toFixed(1)} x cheaper than the fastest peer, ${fastest} (at least ${least} x)`;
    goals.push({ text, isMet: times >= least });
  }
  const ours = bytes.get('ours');
  // The answer to "all flags" is an object.
  if (ours !== undefined && shape !== 'f') {
    const limit = ratios.bytesPerCallBelow;
    goals.push({ text: `${ours.toFixed(2)} bytes of heap per call (below ${limit})`, isMet: ours < limit });
  }
  return [...goals, ...sizeGoalOf(result)];
}

/** Compared within the same rounds: shape b is measured along with shape e. */
function sizeGoalOf({ shape, rounds }: ShapeResult): readonly Goal[] {
  const ten: Case = { library: 'ours', shape: 'b' };
  if (shape !== 'e' || !rounds.has(nameOf(ten))) return [];
  const [ratio, limit] = [
    ratioOf(rounds, { library: 'ours', shape }, ten).median,
    ratios.oneOfThousandAtMostTimesOneOfTen,
  ];
  return [
    { text: `one of 1,000 flags costs ${ratio.toFixed(2)} x one of 10 (at most ${limit} x)`, isMet: ratio <= limit },
  ];
}

function fastestPeerOf(result: ShapeResult): string | undefined {
  const peers: readonly string[] = PEERS.filter((peer) => result.libraries.includes(peer));
  return peers.toSorted((a, b) => medianOf(result, a) - medianOf(result, b))[0];
}

/** The lines of a table, from the cheapest to the dearest. */
export function tableOf(result: ShapeResult): readonly string[] {
  const { shape, libraries, rounds, bytes } = result;
  const header = row('', 'median', 'lowest .. highest', 'x floor', 'x LaunchDarkly', 'bytes per call');
  const lines = libraries
    .toSorted((a, b) => medianOf(result, a) - medianOf(result, b))
    .map((library) => {
      const { median, low, high } = spreadOf(rounds.get(nameOf({ library, shape })) ?? []);
      const times = (other: string) =>
        libraries.includes(other) ? short(ratioOf(rounds, { library, shape }, { library: other, shape }).median) : '';
      const heap = bytes.get(library);
      return row(
        library,
        short(median),
        `${short(low)} .. ${short(high)}`,
        times('floor'),
        times('launchdarkly'),
        heap === undefined ? '' : short(heap),
      );
    });
  return [header, ...lines];
}

/** One table of all shapes, for the documentation: medians, and what the goals are about. */
export function markdownOf(results: readonly ShapeResult[]): readonly string[] {
  const libraries = [...new Set(results.flatMap((result) => result.libraries))];
  const line = (title: string, cellOf: (result: ShapeResult) => string) =>
    `| ${title} | ${results.map(cellOf).join(' | ')} |`;
  const times = (result: ShapeResult, library: string | undefined, ratio: (of: number) => number) =>
    library === undefined || !result.libraries.includes(library) || !result.libraries.includes('ours')
      ? ''
      : `${short(ratio(oursTo(result, library).median))} x`;
  return [
    line('ns of CPU per call', ({ shape }) => shape),
    `| --- |${' ---: |'.repeat(results.length)}`,
    ...libraries.map((library) =>
      line(library, (result) => (result.libraries.includes(library) ? short(medianOf(result, library)) : '')),
    ),
    line('**ours beside the floor**', (result) => times(result, 'floor', (of) => of)),
    line('**LaunchDarkly beside ours**', (result) => times(result, 'launchdarkly', (of) => 1 / of)),
    line('**the fastest other beside ours**', (result) => times(result, fastestPeerOf(result), (of) => 1 / of)),
    line('**our heap bytes per call**', ({ bytes }) => (bytes.has('ours') ? short(bytes.get('ours') ?? 0) : '')),
  ];
}

const row = (library: string, ...cells: readonly string[]): string =>
  `  ${library.padEnd(20)}${cells.map((cell, i) => cell.padStart(i === 1 ? 26 : 16)).join('')}`;

const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3).replace(/^(\d\.\d\d)\d*$/, '$1');
