import { describe, expect, test } from 'vitest';
import { run } from './run.ts';
import { newSeen, testOutside } from './testing-outside.ts';

const flagOf = (key: string) => ({
  kind: 'flag',
  key,
  body: { type: 'boolean', variations: [{ key: 'on', value: true }], off: 0, rules: [] },
});
const ruleset = (...keys: readonly string[]) => JSON.stringify({ kind: 'full', items: keys.map(flagOf) });

/** Each of these steps happens while the command waits; then somebody presses Ctrl-C. */
async function watching(steps: readonly ((files: Map<string, string>) => void)[], more: readonly string[] = []) {
  const seen = newSeen();
  const ending = new AbortController();
  const writes: string[] = [];
  const left = [...steps];
  seen.files.set('/shop/rules.json', ruleset('a'));
  const outside = testOutside(
    {
      argv: ['typegen', '--watch', '--from', 'rules.json', '--sdk', 'node', ...more],
      interruption: () => ending.signal,
      async wait() {
        const step = left.shift();
        if (step === undefined) ending.abort();
        else step(seen.files);
      },
      files: {
        read: (file) => seen.files.get(file) ?? null,
        exists: (file) => seen.files.has(file),
        bytes: (file) => seen.files.get(file)?.length ?? null,
        list: () => [],
        write(file, text) {
          writes.push(text);
          seen.files.set(file, text);
        },
      },
    },
    seen,
  );
  return { code: await run(outside), writes, ...seen };
}

describe('typegen --watch', () => {
  test('writes at once, and anew whenever the file changes, until it is ended', async () => {
    const { code, writes, stderr, stdout } = await watching([
      (files) => files.set('/shop/rules.json', ruleset('a', 'b')),
      () => undefined,
      (files) => files.set('/shop/rules.json', ruleset('b')),
    ]);
    expect(code).toBe(0);
    expect(writes.map((text) => [text.includes("'a'"), text.includes("'b'")])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    expect(stderr.join('')).toBe('wrote flags.gen.d.ts\n'.repeat(3));
    expect(stdout.join('')).toBe('');
  });

  test('tells once what is wrong, keeps what it has written, and goes on when it is mended', async () => {
    const { code, writes, stderr } = await watching([
      (files) => files.set('/shop/rules.json', ruleset('b').slice(0, 30)),
      () => undefined,
      (files) => files.set('/shop/rules.json', ruleset('b')),
    ]);
    expect([code, writes.length]).toEqual([0, 2]);
    expect(stderr.filter((line) => line.includes('is no JSON'))).toHaveLength(1);
  });

  test('prints one document under --json, at its end', async () => {
    const { stdout } = await watching([], ['--json']);
    expect(JSON.parse(stdout.join(''))).toEqual({ rounds: 1 });
  });

  test('does not begin where it is asked for nonsense', async () => {
    expect((await watching([], ['--check'])).code).toBe(2);
    expect((await watching([], ['--from', 'not-there.json'])).code).toBe(2);
  });
});
