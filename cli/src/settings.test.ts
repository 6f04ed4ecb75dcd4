import { describe, expect, test } from 'vitest';
import { readConfig } from './settings.ts';

function reading(content: string, folder = '/shop/src'): ReturnType<typeof readConfig> {
  const read = (file: string): string | null => (file === '/shop/glidepath.config.json' ? content : null);
  return readConfig({ folder, files: { read, exists: (file) => read(file) !== null, write: () => undefined } });
}

describe('what a repository says for everybody', () => {
  test('is read from the nearest folder above, whatever editors put into it', () => {
    const content = { url: 'https://flags.example.com', typegen: { refs: true, sdk: ['node'] } };
    const { folder, content: read } = reading(JSON.stringify({ $schema: './schema.json', ...content }));
    expect(folder).toBe('/shop');
    expect(read).toMatchObject(content);
  });

  test('is nothing where there is no file, and belongs to this folder', () => {
    expect(reading('{}', '/elsewhere')).toEqual({ folder: '/elsewhere', content: {} });
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
    expect(thrown({ token: 'gp_api_1' })).toMatchObject({ mend: 'There are url, project, environment, typegen.' });
    expect(thrown({ typegen: { out: 'f.ts' } })).toMatchObject({ mend: 'There are output, refs, context, sdk.' });
  });
});
