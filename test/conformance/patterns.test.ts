import { re2Engine } from '@glidepath/core';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { startService } from '../support/start-service.ts';
import { NO_PATTERNS } from './tables/patterns.ts';

const TARGET_MS = 5;
const TRIES = 5;
const PIECES = ['a+', 'a*', 'a?', '(a|aa)', '(a|a?)', '[ab]+', '\\w+', '.*', '.+?', '(?:a{1,3})', '(a*)*', '\\pL+'];
const FRAMES = [
  '^(X)+$',
  '^(X)*$',
  '^(X)+?$',
  '(X)+b',
  '^(X){2,30}$',
  '^((X)*)*$',
  '(X)+(X)+(X)+z',
  '^(X|b)*c$',
  '\\b(X)+\\b!',
  '(?i)^(X)+$',
];
/** As they stood in applications that went down because of them. */
const FAMOUS = [
  '^(([a-zA-Z0-9])+([-.]?))+@[a-z]+$',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(?:(?:"|\'|\\]|\\}|\\\\|\\d|(?:nan|infinity|true|false|null))+.*=.*)',
  '^\\s+|\\s+$',
  '([a-zA-Z]+)*$',
  '(.*),(.*),(.*),(.*),(.*),(.*),(.*),(.*)P',
  '^(a?){60}a{60}$',
  '<a[^>]*>(.*?)</a>.*<b[^>]*>(.*?)</b>',
];

/** A pattern that makes a backtracking engine try everything. */
const CATASTROPHIC = [...PIECES.flatMap((piece) => FRAMES.map((frame) => frame.replaceAll('X', piece))), ...FAMOUS];
const engine = re2Engine(() => RE2JS);
const compiled = CATASTROPHIC.map((pattern) => ({ pattern, matches: engine(pattern) }));

/** The least of a few tries: what it costs, not what else the machine does. */
function costMs(run: () => void): number {
  const costs = Array.from({ length: TRIES }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...costs);
}

function costs(length: number): readonly { readonly pattern: string; readonly ms: number }[] {
  const input = `${'a'.repeat(length - 1)}!`;
  return compiled.map(({ pattern, matches }) => ({ pattern, ms: costMs(() => matches(input)) }));
}

const total = (of: ReturnType<typeof costs>) => of.reduce((sum, { ms }) => sum + ms, 0);

/** Nothing that an engine has kept from the inputs before helps it: every pattern is compiled anew. */
function firstCosts(length: number, seed: number): number {
  const input = noise(length, seed);
  const start = performance.now();
  for (const pattern of CATASTROPHIC) engine(pattern)(input);
  return performance.now() - start;
}

/** Letters `a` and `b` without an order that an engine could learn. */
function noise(length: number, seed: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 16) & 1 ? 'a' : 'b';
  }).join('');
}

describe('T63: catastrophic patterns', () => {
  test.for([10_240, 4_096])('cost no more than the target on %i characters', (length) => {
    expect(CATASTROPHIC.length).toBeGreaterThanOrEqual(100);
    const all = costs(length);
    const slowest = all.reduce((worst, one) => (one.ms > worst.ms ? one : worst));
    console.log(
      `${all.length} patterns x ${length} characters: ${total(all).toFixed(1)} ms, the slowest ${slowest.ms.toFixed(2)} ms (${slowest.pattern}); target ${TARGET_MS} ms each`,
    );
    expect(slowest).toMatchObject({ ms: expect.toSatisfy((ms: number) => ms <= 3 * TARGET_MS) });
  });

  test('cost no more than in proportion on the longest texts that are looked at, first tries included', () => {
    firstCosts(512, 1);
    const [short, long] = [1, 2, 3].reduce(
      ([least1, least4], seed) => [
        Math.min(least1, firstCosts(1_024, seed)),
        Math.min(least4, firstCosts(4_096, seed)),
      ],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    );
    console.log(`first tries of all: ${short.toFixed(1)} ms on 1,024 characters, ${long.toFixed(1)} ms on 4,096`);
    // Four times as much, and as much again for what else the machine does; quadratic would be sixteen times.
    expect(long / short).toBeLessThan(8);
  });
});

describe('a pattern that is saved', () => {
  test('is refused where the engine does not have it, and taken where it does', async () => {
    await using service = await startService();
    const { send } = service.admin;
    await send('POST', '/api/v1/projects/default/flags', { body: { key: 'patterns', type: 'boolean' } });
    const save = async (pattern: string) => {
      const clause = { attribute: 'email', operator: 'matches', values: [pattern] };
      const instruction = { kind: 'add-rule', rule: { clauses: [clause], serve: { variation: 'on' } } };
      const route = '/api/v1/projects/default/environments/development/flags/patterns';
      const { status, body } = await send('PATCH', route, { body: { instructions: [instruction] } });
      return status === 400 && JSON.stringify(body).includes('is not a regular expression') ? 'refused' : status;
    };
    for (const [pattern, what] of NO_PATTERNS) expect([what, await save(pattern)]).toEqual([what, 'refused']);
    expect(await save('b'.repeat(257))).toBe('refused');
    expect(await save('(.{0,1000}){3}')).toBe('refused');
    for (const pattern of FAMOUS) expect([pattern, await save(pattern)]).toEqual([pattern, 200]);
  });
});
