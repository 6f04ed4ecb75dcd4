import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineConfig } from './config.ts';
import { literalIn } from './config-literal.ts';
import { readConfig } from './settings.ts';
import { newSeen, testOutside } from './testing-outside.ts';

function reading(content: string, { folder = '/shop/src', file = 'glidepath.config.json' } = {}) {
  const seen = newSeen();
  seen.files.set(`/shop/${file}`, content);
  return readConfig(testOutside({ folder }, seen));
}

describe('what a repository says for everybody', () => {
  test('is read from the nearest folder above, whatever editors put into it', () => {
    const content = { url: 'https://flags.example.com', typegen: { refs: true, sdk: ['node'] } };
    const { folder, content: read } = reading(JSON.stringify({ $schema: './schema.json', ...content }));
    expect(folder).toBe('/shop');
    expect(read).toMatchObject(content);
  });

  test('is nothing where there is no file, and belongs to this folder', () => {
    expect(reading('{}', { folder: '/elsewhere' })).toEqual({ file: null, folder: '/elsewhere', content: {} });
  });

  test.for([
    ['{', 'is no JSON'],
    ['[]', 'the file must be an object'],
    ['null', 'the file must be an object'],
    ['{"url": ""}', '`url` must be a text, and not empty'],
    ['{"typegen": true}', '`typegen` must be an object'],
    ['{"typegen": {"refs": "yes"}}', '`typegen.refs` must be true or false'],
    ['{"typegen": {"sdk": ["deno"]}}', '`typegen.sdk` must be a list of "node" and "browser"'],
  ] as const)('%s: %s', ([content, message]) => {
    expect(() => reading(content)).toThrow(message);
  });

  test('names what there is where it holds something else', () => {
    const thrown = (content: object) => {
      try {
        return reading(JSON.stringify(content));
      } catch (error) {
        return error;
      }
    };
    expect(thrown({ token: 'gp_api_1' })).toMatchObject({
      mend: 'There are url, project, environment, typegen, scan.',
    });
    expect(thrown({ typegen: { out: 'f.ts' } })).toMatchObject({ mend: 'There are output, refs, context, sdk.' });
  });
});

describe('a configuration in TypeScript', () => {
  const inTypeScript = (content: string) => reading(content, { file: 'glidepath.config.ts' });
  const expected = { url: 'https://flags.example.com', typegen: { refs: true, sdk: ['node'] } };

  test.for([
    ["export default { url: 'https://flags.example.com', typegen: { refs: true, sdk: ['node'] } }"],
    [
      `import { defineConfig } from '@glidepath/cli';
      // For everybody.
      export default defineConfig({
        "url": "https://flags.example.com", /* of the team */
        typegen: { refs: true, sdk: ['node' as const], },
      });`,
    ],
    [
      `import type { Config } from "@glidepath/cli"
      import './polyfill.js'
      export default ({ url: \`https://flags.example.com\`, typegen: { refs: true, sdk: ['node'] } } as const) satisfies Config`,
    ],
    ["export default { url: 'https:\\/\\x2fflags\\u002eexample\\u{2e}com', typegen: { refs: true, sdk: ['node'] } }"],
  ])('is read as data: %s', ([content]) => {
    expect(inTypeScript(content as string).content).toEqual(expected);
  });

  test.for<[string, string]>([
    ['export default {\n  url: process.env.URL\n}', ':2: expected a value, found `process.env.URL`'],
    ["export default {\n\n  url: 'a' + 'b' }", ":3: expected `,`, found `+ 'b' }`"],
    ['export default { url: `$' + '{x}` }', 'expected a value'],
    ["export default { ...(await import('x')) }", 'expected a name'],
    ["const url = 'x';\nexport default { url }", ':1: expected `export default`'],
    ["export default { url: 'x' };\nfetch('https://evil.example')", ':2: expected the end of the file'],
    ["export default { url: 'x'", 'found `the end`'],
    ["export default { __proto__: { url: 'x' } }", 'there is no setting `__proto__`'],
    ['export default { url: 5 }', '`url` must be a text'],
    ['', 'expected `export default`'],
  ])('that would have to run is refused, with its line: %s', ([content, message]) => {
    expect(() => inTypeScript(content)).toThrow(message);
  });

  test('holds every value that JSON can', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(literalIn(`export default ${text}`)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('and one in JSON beside it are one too many', () => {
    const seen = newSeen();
    for (const ending of ['ts', 'json']) seen.files.set(`/shop/glidepath.config.${ending}`, '{}');
    expect(() => readConfig(testOutside({}, seen))).toThrow('There are glidepath.config.ts and glidepath.config.json');
  });

  test('in TypeScript means what its type says', () => {
    const config = { url: 'https://flags.example.com', typegen: { sdk: ['browser'] } } as const;
    expect(defineConfig(config)).toBe(config);
  });
});
