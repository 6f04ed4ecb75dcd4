import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, packedConsumer } from '../support/packed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = [
  'README.md',
  'sdk-node/README.md',
  'sdk-browser/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What snippets import besides the SDKs and what those are made for. */
const OTHERS = ['@openfeature/ofrep-provider', '@openfeature/ofrep-web-provider'];

interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** The TypeScript of a document; what its lines show as already there is declared in `test/consumers/docs`. */
function snippetsOf(document: string): readonly Snippet[] {
  return [...textOf(document).matchAll(/^( *)```(tsx?)\n(.*?)^ *```$/gms)].map(([, , ending, text], index) => ({
    name: `${document.replaceAll('/', '-').replace('.md', '')}-${index + 1}.${ending}`,
    text: text ?? '',
  }));
}

/** What is declared holds for all that is compiled together. */
const PROJECTS = ['node', 'browser', 'declared'] as const;
const GIVEN: Readonly<Record<(typeof PROJECTS)[number], readonly string[]>> = {
  node: ['given', 'given-node'],
  browser: ['given', 'given-browser'],
  declared: ['given', 'given-node'],
};

/** Whose client a document means where it says `flags`. */
function projectOf(document: string, { text }: Snippet): (typeof PROJECTS)[number] {
  if (text.includes('interface Register')) return 'declared';
  return /browser|react/.test(document) ? 'browser' : 'node';
}

describe('the TypeScript of the documentation', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = packedConsumer(['sdk-node', 'sdk-browser', 'cli']);
    for (const name of OTHERS)
      symlinkSync(path.join(root, 'test/node_modules', name), path.join(consumer.folder, 'node_modules', name));
  });
  afterAll(() => consumer[Symbol.dispose]());

  test.each(PROJECTS)('compiles against the packages as they are packed: %s', (project) => {
    const folder = path.join(consumer.folder, project);
    mkdirSync(folder);
    for (const given of GIVEN[project])
      cpSync(path.join(root, `test/consumers/docs/${given}.d.ts`), path.join(folder, `${given}.d.ts`));
    const snippets = documents.flatMap((document) =>
      snippetsOf(document).filter((snippet) => projectOf(document, snippet) === project),
    );
    expect(snippets).not.toEqual([]);
    for (const { name, text } of snippets) writeFileSync(path.join(folder, name), text);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      // Each snippet is a module, whether it imports anything or not.
      moduleDetection: 'force',
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      types: ['node'],
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
    const { stdout } = spawnSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});

describe.each([
  { sdk: 'sdk-node', sources: ['sdk-node/src', 'core/src/protocol'] },
  { sdk: 'sdk-browser', sources: ['sdk-browser/src'] },
])('codes of $sdk', ({ sdk, sources }) => {
  const inSources = [
    ...new Set(sources.flatMap(sourcesIn).flatMap((text) => codesIn(text, /(?:['`]|\[glidepath\] )(GP\d{4})\b/g))),
  ].sort();
  const rowsOf = (text: string): readonly string[] => codesIn(text, /^\| `(GP\d{4})`/gm);
  const chapter = textOf('docs/troubleshooting.md')
    .split(/^## /m)
    .find((part) => part.startsWith(`@glidepath/${sdk}`));

  test('each has a row for those who look for help, and each row a code', () => {
    expect(inSources.length).toBeGreaterThan(8);
    expect(rowsOf(chapter ?? '')).toEqual(inSources);
  });

  test('the README of the package names them all', () => {
    expect(rowsOf(textOf(`${sdk}/README.md`))).toEqual(inSources);
  });
});

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|testing/.test(name))
    .map((name) => textOf(path.join(folder, name)));
}

function codesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, code]) => code ?? '');
}

test.each(documents)('what %s links to is there', (document) => {
  const links = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  const lost = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = path.join(root, path.dirname(document), file || path.basename(document));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
  expect(lost).toEqual([]);
});

/** As GitHub names headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
