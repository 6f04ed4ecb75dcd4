// What one evaluation costs: ours through the built SDK, the least that it could cost, and the libraries of others.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { arePeersInstalled, PEERS } from './peers.ts';
import { goalsOf, markdownOf, medianOf, type ShapeResult, tableOf } from './results.ts';
import { type Case, type Effort, measureHeap, measureRounds, measureTail } from './rounds.ts';
import { SHAPE_NAMES, SHAPES, type ShapeName } from './shapes.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    ms: { type: 'string', default: '30' },
    shapes: { type: 'string', default: SHAPE_NAMES.join() },
    only: { type: 'string' },
  },
});

const effort: Effort = { rounds: Number(values.rounds), ms: Number(values.ms), warmMs: 400 };
const shapes = SHAPE_NAMES.filter((name) => values.shapes.split(',').includes(name));
const withPeers = !values.own && arePeersInstalled();
const say = (text = '') => {
  if (!values.json) console.log(text);
};

/** Never fewer than a million of our own calls; what others allocate shows much sooner. */
const callsFor = ({ library, shape }: Case): number => {
  if (shape === 'f') return library === 'ours' ? 10_000 : 200;
  return library === 'ours' || library === 'floor' ? 1_000_000 : 20_000;
};

function librariesOf(shape: ShapeName): readonly string[] {
  const beside = values.own ? ['ours, in detail'] : [];
  const hashes = values.own && shape === 'b' ? ['our bucket', 'murmurhash package'] : [];
  const all = ['Map.get', 'floor', 'ours', ...beside, ...hashes, ...(withPeers ? PEERS : [])];
  const only = values.only?.split(',') ?? all;
  return all.filter((library) => only.includes(library));
}

async function resultOf(shape: ShapeName): Promise<ShapeResult> {
  const libraries = librariesOf(shape);
  const cases = libraries.map((library): Case => ({ library, shape }));
  const oneOfTen: readonly Case[] =
    shape === 'e' && libraries.includes('ours') ? [{ library: 'ours', shape: 'b' }] : [];
  const rounds = await measureRounds([...cases, ...oneOfTen], effort);
  const bytes = new Map<string, number>();
  for (const one of cases)
    if (!values.json || one.library === 'ours') bytes.set(one.library, await measureHeap(one, callsFor(one)));
  return { shape, libraries, rounds, bytes };
}

function jsonOf(result: ShapeResult) {
  const median = (library: string) =>
    result.libraries.includes(library) ? Math.round(medianOf(result, library) * 10) / 10 : null;
  const peers = PEERS.filter((peer) => result.libraries.includes(peer));
  return {
    ours: median('ours'),
    floor: median('floor'),
    peers: Object.fromEntries(peers.map((peer) => [peer, median(peer)])),
    oursBytesPerCall: result.bytes.get('ours') ?? null,
  };
}

if (!withPeers && !values.own)
  console.error('The other libraries are not installed; `npm run bench:evaluation` installs them. Without them:');
const load = () => os.loadavg()[0]?.toFixed(2);
say(`Nanoseconds of CPU per call: medians of ${effort.rounds} interleaved rounds of ${effort.ms} ms, a process each.`);
say(`Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}, load ${load()}`);
const results: ShapeResult[] = [];
for (const shape of shapes) {
  const result = await resultOf(shape);
  results.push(result);
  say(`\n(${shape}) ${SHAPES[shape].title}`);
  for (const line of tableOf(result)) say(line);
  for (const { text, isMet } of goalsOf(result)) say(`  ${isMet ? 'met   ' : 'MISSED'} ${text}`);
}
if (values.own && shapes.includes('c')) {
  const { p50, p99, clock } = await measureTail({ library: 'ours', shape: 'c' }, 1_000_000);
  say(
    `\n(c), each of 1,000,000 calls by the wall clock: p50 ${p50.toFixed(0)} ns (target 1,000), ` +
      `p99 ${p99.toFixed(0)} ns (target 5,000); ${clock.toFixed(0)} ns of it are the clock`,
  );
}
if (values.markdown) for (const line of ['', ...markdownOf(results)]) say(line);
say(`\nLoad at the end ${load()}`);
if (values.json)
  console.log(
    JSON.stringify({
      node: process.version,
      shapes: Object.fromEntries(results.map((result) => [result.shape, jsonOf(result)])),
    }),
  );
