import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import type * as Core from '@glidepath/core';
import type { ContextInput, Item, ItemId } from '@glidepath/core';
import { type BuildContext, context as contextOf, type Plugin } from 'esbuild';
import { RE2JS } from 're2js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES, isExpected } from './cases.ts';
import { CORE_MUTANTS, type CoreMutant } from './core-mutants.ts';
import { untagged } from './tags.ts';

const ROOT = fileURLToPath(new URL('../../core/src/', import.meta.url));
const ASKED = CASES.map((one) => ({
  ...one,
  asked: untagged(one.context) as ContextInput,
  instead: untagged(one.fallback),
}));
type AskedCase = (typeof ASKED)[number];

let builder: BuildContext;
let mutant: CoreMutant | null = null;
/** Those that fail without any alteration show nothing. */
let right: readonly AskedCase[] = [];

const mutating: Plugin = {
  name: 'mutating',
  setup(build) {
    build.onLoad({ filter: /core\/src\/.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const isHere = mutant !== null && path === ROOT + mutant.file;
      return {
        contents: isHere && mutant ? source.replace(mutant.from, () => mutant?.to ?? '') : source,
        loader: 'ts',
      };
    });
  },
};

beforeAll(async () => {
  builder = await contextOf({
    entryPoints: [`${ROOT}index.ts`],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'core',
    target: 'node20',
    plugins: [mutating],
    logLevel: 'silent',
  });
  const core = await built(null);
  right = ASKED.filter((one) => isRight(core, one));
});

afterAll(() => builder.dispose());

/** The evaluator, with one place of its source altered. */
async function built(change: CoreMutant | null): Promise<typeof Core> {
  mutant = change;
  const { outputFiles } = await builder.rebuild();
  const [script] = outputFiles ?? [];
  return vm.runInThisContext(`${script?.text ?? ''};core`) as typeof Core;
}

const idOf = ({ kind, key }: Item): ItemId => `${kind}\t${key}`;

function isRight({ openEnvironment, re2Engine }: typeof Core, one: AskedCase): boolean {
  const engines = { matches: re2Engine(() => RE2JS) };
  const { before, items, flagKey, asked, instead, expected } = one;
  try {
    const now = new Map(items.map((item) => [idOf(item), item]));
    const environment =
      before === undefined
        ? openEnvironment(items, engines)
        : openEnvironment(before, engines).with(now, [...new Set([...before, ...items].map(idOf))]);
    const answer = environment.evaluate(flagKey, asked, instead);
    return isExpected(answer, expected) && Object.is(environment.value(flagKey, asked, instead), answer.value);
  } catch {
    return false;
  }
}

const named = ({ file, from, to }: CoreMutant) => `${file}: ${from.trim()} → ${to.trim() || 'nothing'}`;

describe('the evaluator with one place of its source altered', () => {
  test('is right where nothing was altered', () => {
    expect(ASKED.filter((one) => !right.includes(one)).map(({ title }) => title)).toEqual([]);
  });

  test('is altered where its source says so, once', () => {
    const lost = CORE_MUTANTS.filter(({ file, from, to }) => {
      const source = existsSync(ROOT + file) ? readFileSync(ROOT + file, 'utf8') : '';
      return source.split(from).length !== 2 || from === to;
    });
    expect(lost.map(named)).toEqual([]);
  });

  test.for(CORE_MUTANTS.map((one) => [named(one), one] as const))('gives a wrong answer: %s', async ([, one]) => {
    const core = await built(one);
    expect(right.some((asked) => !isRight(core, asked))).toBe(true);
  });
});
