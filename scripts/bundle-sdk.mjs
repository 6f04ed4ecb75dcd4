// Makes the dist folder of an SDK: each entry as ESM and CJS with core inside and its dependencies outside, chunks that are
// loaded on demand, and declarations that stand alone.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { writeDeclarations } from './sdk-declarations.mjs';
import { writeThirdParty } from './third-party.mjs';

/**
 * A dependency in CommonJS that is imported by its name is searched for what it exports, file by file, and that takes
 * longer than to load it. This names what we need; bundlers follow it all the same.
 */
const WS = `const ws = require('ws');
module.exports = ws;
module.exports.WebSocketServer = ws.WebSocketServer;
`;

/**
 * `entries` are made twice, ESM and CJS; so are `parts`, which entries load with `import()` and nobody else; `esmOnly`
 * once; `special` are bundles of their own; `written` are files as they
 * stand. `onDemand` are CommonJS, the only format that Node can load synchronously on every version we support, and known
 * to the source by the constant.
 */
const PACKAGES = {
  'sdk-node': {
    options: {
      platform: 'node',
      target: 'node20.19',
      plugins: [outside(/^re2js$/, './re2.cjs'), outside(/^ws$/, './ws.cjs')],
    },
    // What entries have in common is there once: an installation stays small.
    splitting: true,
    entries: ['index', 'testing', 'openfeature', 'otel', 'fastify', 'express'],
    esmOnly: ['edge', 'not-in-browser'],
    parts: [],
    special: {},
    written: { 'ws.cjs': WS },
    onDemand: { re2: { constant: '__RE2_CHUNK__', contents: "export { RE2JS } from 're2js';" } },
  },
  'sdk-browser': {
    // An entry that uses the main one shares it with the application: a second copy would be a second connection.
    options: {
      platform: 'browser',
      target: 'es2022',
      plugins: [outside(/^\.\/index\.ts$/, './index.js'), outside(/^\.\/page-breaker\.ts$/, './page-breaker.js')],
    },
    splitting: false,
    entries: ['index', 'health', 'react', 'react-testing', 'openfeature', 'devtools'],
    esmOnly: [],
    parts: ['page-breaker'],
    // One module for a script tag.
    special: { cdn: { from: 'index', minify: true } },
    written: {},
    onDemand: {},
  },
};

/** Bundles one SDK, or nothing where its sources are not there. */
export async function bundleSdk(name, { root, version, withTypes }) {
  const { options, splitting, entries, esmOnly, parts, special, written, onDemand } = PACKAGES[name];
  const packageDir = path.join(root, name);
  const dist = path.join(packageDir, 'dist');
  const sourceOf = (entry) =>
    ['ts', 'tsx'].map((ending) => path.join(packageDir, `src/${entry}.${ending}`)).find((file) => existsSync(file));
  if (sourceOf('index') === undefined) return;
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8'));
  const constants = Object.entries(onDemand).map(([file, { constant }]) => [constant, JSON.stringify(`./${file}.cjs`)]);
  const shared = {
    ...options,
    bundle: true,
    conditions: ['source'],
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    define: { ...Object.fromEntries(constants), __SDK_VERSION__: JSON.stringify(version) },
    minifySyntax: true,
    // Names stay, for stack traces.
    minifyWhitespace: true,
    jsx: 'automatic',
    logLevel: 'warning',
    tsconfigRaw: {},
  };
  const dual = entries.filter((entry) => sourceOf(entry) !== undefined);
  const esm = esmOnly.filter((entry) => sourceOf(entry) !== undefined);
  const entryPoints = Object.fromEntries([...dual, ...esm, ...parts].map((entry) => [entry, sourceOf(entry)]));
  const [modules, ...others] = await Promise.all([
    build({ ...shared, entryPoints, outdir: dist, format: 'esm', splitting, write: false, metafile: true }),
    ...Object.entries(special).map(([entry, { from, ...more }]) =>
      build({
        ...shared,
        ...more,
        entryPoints: { [entry]: sourceOf(from) },
        outdir: dist,
        format: 'esm',
        metafile: true,
      }),
    ),
    ...Object.entries(onDemand).map(([file, { contents }]) =>
      build({
        ...shared,
        plugins: [],
        minify: true,
        stdin: { contents, resolveDir: packageDir },
        outfile: path.join(dist, `${file}.cjs`),
        format: 'cjs',
        metafile: true,
      }),
    ),
  ]);
  await writeModules(modules, dist, new Set([...dual, ...parts]));
  for (const [file, text] of Object.entries(written)) writeFileSync(path.join(dist, file), text);
  cpSync(path.join(root, 'LICENSE'), path.join(packageDir, 'LICENSE'));
  writeThirdParty(path.join(packageDir, 'THIRD-PARTY.txt'), {
    of: `@glidepath/${name}`,
    metafiles: [modules, ...others].map(({ metafile }) => metafile),
  });
  if (withTypes) writeDeclarations(packageDir, path.join(root, 'core/dist'), { dual, esm });
}

/** Writes what was built, and twins in CommonJS of all that the entries in `dual` load. */
async function writeModules({ outputFiles, metafile }, dist, dual) {
  const nameOf = (file) => path.basename(file);
  const imports = new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [
      nameOf(file),
      output.imports.filter((one) => !one.external).map((one) => nameOf(one.path)),
    ]),
  );
  const twins = new Set();
  const need = (name) => {
    if (twins.has(name)) return;
    twins.add(name);
    imports.get(name)?.forEach(need);
  };
  for (const entry of dual) need(`${entry}.js`);
  mkdirSync(dist, { recursive: true });
  const written = new Set(outputFiles.map((file) => nameOf(file.path)));
  for (const old of readdirSync(dist))
    if (/^chunk-.*\.c?js$/.test(old) && !written.has(old.replace(/\.cjs$/, '.js'))) rmSync(path.join(dist, old));
  for (const { path: file, text } of outputFiles) {
    writeFileSync(file, text);
    if (!twins.has(nameOf(file))) continue;
    // Taken out of a chunk once: a getter for each call of the hot path would double what it costs.
    const taken = text.replace(
      /import\{([^}]*)\}from"(\.\/chunk-[^"]+)\.js";/g,
      (_, names, chunk) => `const{${names.replaceAll(' as ', ':')}}=require("${chunk}.cjs");`,
    );
    const { code } = await transform(taken, {
      format: 'cjs',
      platform: 'node',
      // A part is required, once it is asked for: Jest, for one, cannot import.
      supported: { 'dynamic-import': false },
      minifySyntax: true,
      minifyWhitespace: true,
      logOverride: { 'empty-import-meta': 'silent' },
    });
    const renamed = code.replace(/((?:require|import)\("\.\/[^"]+)\.js"\)/g, '$1.cjs")');
    writeFileSync(file.replace(/\.js$/, '.cjs'), renamed);
  }
}

/** What is imported by a name like that is taken from a file beside, unless it is in core. */
function outside(filter, file) {
  return {
    name: `${file}-outside`,
    setup({ onResolve }) {
      onResolve({ filter }, ({ kind, importer }) =>
        kind === 'entry-point' || importer.includes(`${path.sep}core${path.sep}`)
          ? undefined
          : { path: file, external: true },
      );
    },
  };
}
