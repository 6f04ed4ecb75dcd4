import { compileFunction } from 'node:vm';
import type { Json } from '@glidepath/core';
import { expect, test } from 'vitest';
import { folded } from './testing-fold.ts';
import { programFor } from './testing-programs.ts';

/** All that can be seen of two calls: what was called with what, what was answered or thrown. */
function traceOf(code: string, value: Json): readonly string[] {
  const trace: string[] = [];
  const shown = (what: unknown): string =>
    typeof what === 'function' ? 'function' : (JSON.stringify(what) ?? String(what));
  const told =
    <T>(word: string, answer: (given: unknown) => T) =>
    (given: unknown): T => {
      trace.push(`${word} ${shown(given)}`);
      return answer(given);
    };
  const o = { m: told('m', (given) => given) };
  const outside = {
    FLAG: value,
    log: told('log', (given) => given),
    no: told('no', () => false),
    call: told('call', (given) => given),
    keys: told('keys', (given) => Object.keys(given as object).length),
    o: {
      m(this: unknown, given: unknown) {
        return [this === undefined, o.m(given)];
      },
    },
  };
  const main = compileFunction(
    `'use strict';\n${code}\nreturn main;`,
    Object.keys(outside),
  )(...Object.values(outside)) as (...given: unknown[]) => unknown;
  for (const given of [
    [1, 0, 'v2'],
    [null, true, ''],
  ]) {
    try {
      trace.push(`end ${shown(main(...given))}`);
    } catch (error) {
      trace.push(`threw ${(error as Error).name}`);
    }
  }
  return trace;
}

const VALUES: readonly Json[] = [true, false, 'v2', 1, null];
const PROGRAMS = 1_000;

test('a thousand generated programs do the same before and after, and a second time there is nothing to fold', () => {
  for (let seed = 0; seed < PROGRAMS; seed += 1) {
    const code = programFor(seed);
    const value = VALUES[seed % VALUES.length] as Json;
    const left = folded(code, value, 'code.js');
    expect(left, `program ${seed}`).not.toMatch(/FLAG|\$settled/);
    expect(traceOf(left, value), `program ${seed}`).toEqual(traceOf(code, value));
    if (seed % 10 === 0) expect(folded(left, value, 'code.js'), `program ${seed}`).toBe(left);
  }
});
