import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHAPES } from './shapes.ts';
import { complaintsOf, openScenarios, type Settled, shopRepository, type Traces, testsOf } from './shop.ts';

const SETTLED: Settled = {
  'new-checkout': true,
  beta: true,
  labels: false,
  theme: 'dark',
  retries: 3,
  limits: { burst: 5, soft: true },
};

interface Reference {
  readonly path: string;
  readonly line: number;
  readonly call: string;
  readonly key: string;
}
type Shop = ReturnType<typeof shopRepository>;

async function referencesIn(shop: Shop, keys: readonly string[]): Promise<Readonly<Record<string, string[]>>> {
  shop.write({ 'flags.json': DEFINITIONS });
  const { stdout, stderr } = await shop.glidepath(['scan', '--from', 'flags.json', '--json']);
  expect(stderr).toBe('');
  const found: Record<string, string[]> = {};
  for (const { path: file, line, call, key } of (JSON.parse(stdout) as { references: Reference[] }).references) {
    if (!keys.includes(key)) continue;
    found[file] = [...(found[file] ?? []), `${line} ${call} ${key}`];
  }
  return found;
}

/** As `glidepath pull` writes them. */
function definitionOf(key: string) {
  const types: Readonly<Record<string, string>> = { boolean: 'boolean', number: 'number', string: 'string' };
  const type = types[typeof SETTLED[key]] ?? 'json';
  return { key, type, archivedAt: null, lifetimeDays: null, ownerName: null, tags: [] };
}
const DEFINITIONS = JSON.stringify({ kind: 'flags', flags: Object.keys(SETTLED).map(definitionOf) });

/** Of the package that the tests of the shop try. */
const OF_ITS_TESTS = {
  'src/pay.ts': ['10 variation new-checkout'],
  'test/pay.test.ts': [11, 16, 22, 26].map((line) => `${line} createTestClient new-checkout`),
};

let original: Shop;
let before: (settled: Settled) => Promise<Traces>;

beforeAll(async () => {
  original = shopRepository();
  before = await openScenarios(original.folder);
});
afterAll(() => original[Symbol.dispose]());

describe('a repository of call shapes', () => {
  test('has at least sixty of them, a third from published packages', () => {
    const published = SHAPES.filter(({ from }) => from !== undefined);
    expect(SHAPES.length).toBeGreaterThanOrEqual(60);
    expect(published.length * 3).toBeGreaterThanOrEqual(SHAPES.length);
    for (const { from } of published) expect(from).toMatch(/^(?:@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+ \(.+\)/);
  });

  test('is scanned: every reference is found, and no false one', async () => {
    const found = await referencesIn(original, ['new-checkout', 'theme', 'retries', 'limits']);
    const expected = SHAPES.flatMap(({ file, references }) => (references.length === 0 ? [] : [[file, references]]));
    expect(found).toEqual({ ...Object.fromEntries(expected), ...OF_ITS_TESTS });
  });

  test('with a wrong key fails its pipeline', async () => {
    using shop = shopRepository();
    shop.write({
      'src/wrong.ts': "import { flags } from './client.ts';\nflags.variation('new-chekout', {}, false);\n",
    });
    shop.write({ 'flags.json': DEFINITIONS });
    const { code, stdout } = await shop.glidepath(['scan', '--check', '--from', 'flags.json']);
    expect([code, stdout]).toEqual([2, expect.stringMatching(/src\/wrong\.ts:2.*new-chekout.*new-checkout/s)]);
  });

  test('compiles, and its own tests pass', async () => {
    expect(complaintsOf(original.folder)).toBe('');
    expect(await testsOf(original.folder)).toEqual({ passed: 4, failed: 0 });
  });
});

interface Gone {
  readonly key: string;
  readonly variation: string;
  readonly value: unknown;
}

describe.for<[title: string, gone: readonly Gone[], tests: number]>([
  ['a flag that is on', [{ key: 'new-checkout', variation: 'on', value: true }], 2],
  ['a flag that is off', [{ key: 'new-checkout', variation: 'off', value: false }], 2],
  [
    'a text, a number and an object, one after the other',
    [
      { key: 'theme', variation: 'dark', value: 'dark' },
      { key: 'retries', variation: 'three', value: 3 },
      { key: 'limits', variation: 'wide', value: SETTLED['limits'] },
    ],
    4,
  ],
])('without %s', ([_, gone, tests]) => {
  const keys = gone.map(({ key }) => key);
  let shop: Shop;
  const marksIn = (file: string): readonly string[] =>
    [...readFileSync(path.join(shop.folder, file), 'utf8').matchAll(/glidepath: remove \S+ by hand: (.*)/g)].map(
      ([, why]) => why ?? '',
    );

  beforeAll(async () => {
    shop = shopRepository();
    for (const { key, variation, value } of gone) {
      const { code, stdout, stderr } = await shop.glidepath([
        ...['prune', key, '--offline', '--variation', variation, '--value', JSON.stringify(value)],
        ...['--write', '--allow-dirty', '--no-format', '--json'],
      ]);
      expect(code, stderr + stdout).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ skipped: [] });
    }
  });
  afterAll(() => shop[Symbol.dispose]());

  test('no reference is left where it can be decided, and a comment where it cannot', async () => {
    const left = SHAPES.filter((shape) => shape.left !== undefined && keys.includes('new-checkout'));
    const marked = SHAPES.flatMap(({ file }) => {
      const why = marksIn(file).at(-1);
      return why === undefined ? [] : [[file, why]];
    });
    expect(marked).toEqual(left.map(({ file, left: why }) => [file, why]));
    const found = await referencesIn(shop, keys);
    expect(Object.keys(found).filter((file) => !left.some((one) => one.file === file))).toEqual([]);
  });

  test('it does what it did', async () => {
    const settled = { ...SETTLED, ...Object.fromEntries(gone.map(({ key, value }) => [key, value])) };
    const after = await openScenarios(shop.folder);
    expect(await after(settled)).toEqual(await before(settled));
  });

  test('it compiles, and its own tests pass', async () => {
    expect(complaintsOf(shop.folder)).toBe('');
    expect(await testsOf(shop.folder)).toEqual({ passed: tests, failed: 0 });
  });
});
