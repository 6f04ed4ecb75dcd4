// Measures one library with one shape, in a process of its own: whatever another library does to the compiler or to the
// heap stays outside. Bundled to test/load/dist/worker.js, so that nothing translates code while it runs.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { bucketOf } from '@glidepath/core';
import murmurhash from 'murmurhash';
import { openFloor } from './floor.ts';
import { openOurs, openOursDetailed } from './ours.ts';
import { type Run, runOf } from './runs.ts';
import {
  askedOf,
  CONTEXTS,
  expected,
  SHAPES,
  type Shape,
  type ShapeName,
  type Workload,
  workloadOf,
} from './shapes.ts';
import { type OpenSubject, type Subject, synchronous } from './subject.ts';

/** What the parent asks for; each is answered by a message of the same kind. */
export type Order =
  | { readonly kind: 'check' }
  | { readonly kind: 'warm'; readonly ms: number }
  | { readonly kind: 'round'; readonly ms: number }
  | { readonly kind: 'heap'; readonly calls: number }
  | { readonly kind: 'tail'; readonly calls: number }
  | { readonly kind: 'close' };

export type Report =
  | { readonly kind: 'ready' | 'warm' | 'close' }
  | { readonly kind: 'check'; readonly problem: string | null; readonly answers: string }
  | { readonly kind: 'round'; readonly nsPerCall: number }
  | { readonly kind: 'heap'; readonly bytesPerCall: number; readonly calls: number }
  | { readonly kind: 'tail'; readonly p50: number; readonly p99: number; readonly clock: number }
  | { readonly kind: 'failed'; readonly problem: string };

const own: Readonly<Record<string, OpenSubject>> = {
  ours: openOurs,
  'ours, in detail': openOursDetailed,
  floor: (workload) => synchronous(workload, openFloor(workload)),
  'Map.get': (workload) => {
    const known = new Map(workload.flags.map(({ key }) => [key, true]));
    return synchronous(workload, (key) => known.get(key) === true);
  },
  'our bucket': (workload) => synchronous(workload, (_, context) => bucketOf(42, context.key) < 10_000),
  'murmurhash package': (workload) =>
    synchronous(workload, (_, context) => murmurhash.v3(context.key, 42) < 2 ** 32 / 10),
};

async function open(library: string, workload: Workload): Promise<Subject> {
  const openSubject: OpenSubject =
    own[library] ?? (await import(new URL(`../peers/${library}.mjs`, import.meta.url).href)).open;
  return openSubject(workload);
}

/** Every answer that no hash decides must be the definition's; of the others a tenth must be on. */
async function check(subject: Subject, shape: Shape, workload: Workload): Promise<Extract<Report, { kind: 'check' }>> {
  const answers: boolean[] = [];
  let [hashed, on] = [0, 0];
  for (const { context, flag, answer } of await questions(subject, shape, workload)) {
    const definite = expected(flag.kind, context, workload);
    if (definite !== null && definite !== answer)
      return { kind: 'check', answers: '', problem: `${flag.key} is ${answer} for ${JSON.stringify(context)}` };
    answers.push(answer);
    if (definite !== null) continue;
    hashed += 1;
    if (answer) on += 1;
  }
  const isTenth = hashed === 0 || Math.abs(on / hashed - 0.1) < 4 * Math.sqrt(0.09 / hashed);
  const problem = isTenth ? null : `a split of 10 % is on for ${on} of ${hashed} contexts`;
  return { kind: 'check', answers: answers.map(Number).join(''), problem };
}

async function questions(subject: Subject, shape: Shape, workload: Workload) {
  const asked = [];
  for (const [index, context] of workload.contexts.entries()) {
    if (shape.asking !== 'all') {
      const flag = shape.asking === 'one' ? askedOf(shape) : shape.flags[(index * 7) % shape.flags.length]!;
      asked.push({ context, flag, answer: await subject.ask(flag.key, index) });
    } else if (index % 32 === 0) {
      const all = await subject.all(index);
      for (const flag of shape.flags) asked.push({ context, flag, answer: subject.read(all, flag.key) });
    }
  }
  return asked;
}

/** CPU of this process, its collector and its compiler, until so many milliseconds of it are used. */
async function round(run: Run, batch: number, ms: number): Promise<number> {
  const start = process.cpuUsage();
  let calls = 0;
  let used = 0;
  while (used < ms * 1_000) {
    await run(batch);
    calls += batch;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return (used * 1_000) / calls;
}

let collections = 0;
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length;
});

/**
 * Bytes allocated per call. Only stretches in which nothing was collected count: what a collector took away would be
 * missing in the difference. The heap of new objects is made large for it (`--max-semi-space-size`).
 */
async function heap(run: Run, calls: number): Promise<Extract<Report, { kind: 'heap' }>> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start with --expose-gc');
  observer.observe({ entryTypes: ['gc'] });
  let [bytes, counted, stretch] = [0, 0, calls];
  for (let attempt = 0; counted < calls; attempt += 1) {
    if (attempt > 10_000) throw new Error('no stretch without a collection');
    gc();
    await setImmediate();
    await setImmediate();
    collections = 0;
    const before = process.memoryUsage().heapUsed;
    await run(stretch);
    const grown = process.memoryUsage().heapUsed - before;
    await setImmediate();
    await setImmediate();
    if (collections > 0) {
      stretch = Math.max(1, stretch >> 1);
      continue;
    }
    bytes += grown;
    counted += stretch;
  }
  observer.disconnect();
  return { kind: 'heap', bytesPerCall: Math.max(0, bytes / counted), calls: counted };
}

async function tail(subject: Subject, shape: Shape, calls: number): Promise<Extract<Report, { kind: 'tail' }>> {
  const { key } = askedOf(shape);
  const timesOf = (call: (i: number) => unknown) => {
    const times = new Float64Array(calls);
    for (let i = 0; i < calls; i += 1) {
      const start = performance.now();
      call(i);
      times[i] = (performance.now() - start) * 1e6;
    }
    return times.sort();
  };
  const times = timesOf((i) => subject.ask(key, i & (CONTEXTS - 1)));
  const empty = timesOf(() => undefined);
  const at = (sorted: Float64Array, q: number) => sorted[Math.floor(sorted.length * q)] ?? Number.NaN;
  return { kind: 'tail', p50: at(times, 0.5), p99: at(times, 0.99), clock: at(empty, 0.5) };
}

async function main(library: string, shapeName: ShapeName): Promise<void> {
  const shape: Shape = SHAPES[shapeName];
  const workload = workloadOf(shape);
  const subject = await open(library, workload);
  const run = runOf(subject, shape);
  let batch = 1;

  const obey = async (order: Order): Promise<Report> => {
    switch (order.kind) {
      case 'check':
        return check(subject, shape, workload);
      case 'warm': {
        const nsPerCall = await round(run, shape.asking === 'all' ? 1 : 256, order.ms);
        // Reading the CPU clock takes tens of microseconds, so it is read every few milliseconds.
        batch = Math.max(1, Math.round(4_000_000 / nsPerCall));
        return { kind: 'warm' };
      }
      case 'round':
        return { kind: 'round', nsPerCall: await round(run, batch, order.ms) };
      case 'heap':
        return heap(run, order.calls);
      case 'tail':
        return tail(subject, shape, order.calls);
      case 'close':
        await subject.close?.();
        return { kind: 'close' };
    }
  };

  process.on('message', (order: Order) => {
    obey(order).then(answer, fail);
  });
  answer({ kind: 'ready' });
}

function answer(report: Report): void {
  process.send?.(report, () => {
    if (report.kind === 'close' || report.kind === 'failed') process.exit();
  });
}

function fail(error: unknown): void {
  answer({ kind: 'failed', problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

const [, , library = '', shape = ''] = process.argv;
process.on('disconnect', () => process.exit());
main(library, shape as ShapeName).catch(fail);
