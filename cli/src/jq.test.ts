import { describe, expect, test } from 'vitest';
import { Failure } from './failure.ts';
import { readJq } from './jq.ts';

const FLAGS = [
  { key: 'a', tags: ['x', 'y'], environments: { production: { on: true } } },
  { key: 'b', tags: [], environments: { production: { on: false } } },
];

describe('a filter of jq', () => {
  test.for<[string, string]>([
    ['.[].key', 'a\nb\n'],
    ['map(select(.environments.production.on).key)', '[\n  "a"\n]\n'],
    ['length', '2\n'],
    ['.[] | "\\(.key): \\(.tags | join(","))"', 'a: x,y\nb: \n'],
    ['.[0] | del(.tags, .environments) | tojson', '{"key":"a"}\n'],
    ['[.. | booleans] | any', 'true\n'],
    ['.[] | [.key, (.tags | length)] | @tsv', 'a\t2\nb\t0\n'],
    ['.[] | select(.key == "z")', ''],
    ['-length', '-2\n'],
    ['-1', '-1\n'],
    ['[.[] | .nothing?.deeper // "none"] | unique[]', 'none\n'],
  ])('%s', async ([filter, expected]) => {
    expect((await readJq(filter))(FLAGS)).toBe(expected);
  });

  test.for<[string, string]>([
    ['.[', 'syntax error'],
    ['nonsense', 'nonsense/0 is not defined'],
    ['  ', 'takes a filter'],
    ['--slurp', 'slurp/0 is not defined'],
    ['-n', 'n/0 is not defined'],
    ['include "/etc/passwd"; .', 'module not found'],
  ])('that is none is refused before anything is done: %s', async ([filter, message]) => {
    const refused = await readJq(filter).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ exit: 'usage', message: expect.stringContaining(message) });
  });

  test('that does not fit the document says so, and that the command was carried out', async () => {
    const filter = await readJq('.[0].key.deeper');
    expect(() => filter(FLAGS)).toThrow('--jq: Cannot index string with string ("deeper")');
  });

  test('sees nothing of the environment of whoever runs it', async () => {
    const names = (await readJq('$ENV | keys | join(" ")'))(null);
    expect(names).not.toContain('GLIDEPATH');
    expect((await readJq('env.USER'))(null)).toBe('web_user\n');
  });
});
