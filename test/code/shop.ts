import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { type TestRepository, testRepository } from '../../cli/src/scan/testing-repository.ts';
import { SHAPES } from './shapes.ts';

const HERE = import.meta.dirname;
const ROOT = path.join(HERE, '../..');
/** Where React is. */
const requireOfPages = createRequire(path.join(ROOT, 'sdk-browser/package.json'));

/** A copy of the shop, with what its code imports beside it. */
export function shopRepository(): TestRepository & Disposable {
  const folder = path.join(HERE, 'shop');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const texts = names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')] as const);
  const repository = testRepository({ ...Object.fromEntries(texts), '.gitignore': 'node_modules\n' });
  link(repository.folder, 'test', ['@glidepath/sdk-node', '@openfeature', '@types/node']);
  link(repository.folder, 'sdk-browser', ['react', '@types/react']);
  link(repository.folder, '.', ['@glidepath/sdk-browser']);
  repository.commit();
  return { ...repository, [Symbol.dispose]: () => rmSync(repository.folder, { recursive: true, force: true }) };
}

function link(folder: string, owner: string, packages: readonly string[]): void {
  for (const name of packages) {
    const at = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(at), { recursive: true });
    const own = owner === '.' ? path.join('test/node_modules', name) : path.join(owner, 'node_modules', name);
    symlinkSync(path.join(ROOT, own), at);
  }
}

/** What the compiler says; '' where it is content. */
export function complaintsOf(folder: string): string {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  return stdout + stderr;
}

const SDK = path.join(HERE, 'fakes/sdk.ts');
const alias = {
  '@glidepath/sdk-node/testing': SDK,
  '@glidepath/sdk-node': SDK,
  '@glidepath/sdk-browser/react': SDK,
  '@glidepath/sdk-browser': SDK,
  '@openfeature/server-sdk': path.join(HERE, 'fakes/open-feature-server.ts'),
  '@openfeature/web-sdk': SDK,
};

async function bundled(folder: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    external: ['react', 'react/jsx-runtime', 'react-dom/server'],
    alias,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

export type Settled = Readonly<Record<string, unknown>>;

/** What can be seen of every shape, where flags have these values. */
export type Traces = Readonly<Record<string, readonly string[]>>;

interface Scenarios {
  readonly all: Readonly<Record<string, () => Promise<unknown>>>;
  taken(): readonly string[];
  shown(element: unknown): string;
}

/** Runs the shop as it is in a folder now. */
export async function openScenarios(folder: string): Promise<(settled: Settled) => Promise<Traces>> {
  const members = SHAPES.map(({ file }) => `'${file}': async () => (await import('./${file}')).scenario(),`);
  const code = await bundled(
    folder,
    `import { taken } from './src/trace.ts';
import { renderToStaticMarkup } from 'react-dom/server';
export { taken };
export const shown = (what) => (typeof what === 'object' && what !== null ? renderToStaticMarkup(what) : String(what));
export const all = {
${members.join('\n')}
};`,
  );
  return async (settled) => {
    const module = { exports: {} };
    compileFunction(code, ['module', 'exports', 'require', 'SETTLED'])(module, module.exports, requireOfPages, settled);
    const { all, taken, shown } = module.exports as Scenarios;
    const traces: Record<string, readonly string[]> = {};
    for (const [file, scenario] of Object.entries(all)) {
      const end = await scenario().then(shown, (error: Error) => `threw ${error.message}`);
      traces[file] = [...taken(), `ended with ${end}`];
    }
    return traces;
  };
}

/** Runs the tests that the shop has itself. */
export async function testsOf(folder: string): Promise<{ readonly passed: number; readonly failed: number }> {
  const code = await bundled(folder, `import './test/pay.test.ts';`);
  const file = path.join(folder, 'node_modules', 'tests.cjs');
  writeFileSync(file, `const SETTLED = {};\n${code}`);
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter', 'tap', file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  const count = (word: string): number => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(stdout)?.[1] ?? -1);
  return { passed: count('pass'), failed: count('fail') };
}
