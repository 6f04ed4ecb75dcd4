// Makes the dist folder of an SDK: each entry as ESM and CJS with core inside and its dependencies outside, chunks that are
// loaded on demand, and declarations that stand alone (core's beside them, paths made relative, `.d.cts` twins).
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { writeDeclarations } from './sdk-declarations.mjs';

const BROWSER = { platform: 'browser', target: 'es2022' };

/**
 * `entries` are made twice, ESM and CJS; `special` are ESM only, with options of their own; `chunks` are CommonJS, the only
 * format that Node can load synchronously on every version we support, and known to the source by the constant.
 */
const PACKAGES = {
  'sdk-node': {
    options: { platform: 'node', target: 'node20.19' },
    entries: ['index', 'testing', 'openfeature', 'otel', 'fastify', 'express'],
    special: { 'not-in-browser': {}, edge: { ...BROWSER, platform: 'neutral', external: [], minify: true } },
    chunks: { re2: { constant: '__RE2_CHUNK__', contents: "export { RE2JS } from 're2js';" } },
  },
  'sdk-browser': {
    options: BROWSER,
    entries: ['index', 'react', 'react-testing', 'openfeature', 'devtools'],
    // One module for a script tag.
    special: { cdn: { from: 'index', minify: true } },
    chunks: {},
  },
};

/** Bundles one SDK, or nothing where its sources are not there. */
export async function bundleSdk(name, { root, version, withTypes }) {
  const { options, entries, special, chunks } = PACKAGES[name];
  const packageDir = path.join(root, name);
  const dist = path.join(packageDir, 'dist');
  const sourceOf = (entry) =>
    ['ts', 'tsx'].map((ending) => path.join(packageDir, `src/${entry}.${ending}`)).find((file) => existsSync(file));
  if (sourceOf('index') === undefined) return;
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8'));
  const chunkFiles = Object.entries(chunks).map(([chunk, { constant }]) => [
    constant,
    JSON.stringify(`./${chunk}.cjs`),
  ]);
  const shared = {
    bundle: true,
    ...options,
    conditions: ['source'],
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    define: { ...Object.fromEntries(chunkFiles), __SDK_VERSION__: JSON.stringify(version) },
    minifySyntax: true,
    jsx: 'automatic',
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent' },
    tsconfigRaw: {},
  };
  const present = entries.filter((entry) => sourceOf(entry) !== undefined);
  const own = Object.entries(special).filter(([entry, { from }]) => sourceOf(from ?? entry) !== undefined);
  const entryPoints = Object.fromEntries(present.map((entry) => [entry, sourceOf(entry)]));
  await Promise.all([
    build({ ...shared, entryPoints, outdir: dist, format: 'esm', plugins: [mainEntryOutside('./index.js')] }),
    build({
      ...shared,
      entryPoints,
      outdir: dist,
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      plugins: [mainEntryOutside('./index.cjs')],
    }),
    ...own.map(([entry, { from, ...more }]) =>
      build({ ...shared, ...more, entryPoints: { [entry]: sourceOf(from ?? entry) }, outdir: dist, format: 'esm' }),
    ),
    ...Object.entries(chunks).map(([chunk, { contents }]) =>
      build({
        ...shared,
        external: [],
        minify: true,
        stdin: { contents, resolveDir: packageDir },
        outfile: path.join(dist, `${chunk}.cjs`),
        format: 'cjs',
      }),
    ),
  ]);
  cpSync(path.join(root, 'LICENSE'), path.join(packageDir, 'LICENSE'));
  if (withTypes) {
    const specials = own.filter(([, { from }]) => from === undefined).map(([entry]) => entry);
    writeDeclarations(packageDir, path.join(root, 'core/dist'), { dual: present, esm: specials });
  }
}

/** An entry that uses the package's main one shares it with the application: a second copy would be a second connection. */
const mainEntryOutside = (file) => ({
  name: 'main-entry-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/index\.ts$/ }, ({ kind, importer }) =>
      kind === 'entry-point' || !/sdk-(?:node|browser)[\\/]src[\\/][^\\/]+$/.test(importer)
        ? undefined
        : { path: file, external: true },
    );
  },
});
