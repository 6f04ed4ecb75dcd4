// Bundles what runs: the server twice (as released, and with the test clock and failpoints), the SDKs, the command, the
// example, the benchmark, the UI. `--sdk`, `--bench` and `--cli` make only that; `--binary` the command as one file
// with Node inside, in cli/dist or the folder of `--out=`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleBench } from './bundle-bench.mjs';
import { buildBinary, bundleCli } from './bundle-cli.mjs';
import { bundleSdk } from './bundle-sdk.mjs';
import { errorCodes } from './error-codes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const withTypes = process.argv.includes('--types');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  packages: 'external',
  conditions: ['source'],
  alias: {
    '@glidepath/core': path.join(root, 'core/src/index.ts'),
    '@glidepath/core/change': path.join(root, 'core/src/change/index.ts'),
    '@glidepath/core/definition': path.join(root, 'core/src/definition/index.ts'),
    '@glidepath/core/effect': path.join(root, 'core/src/effect/index.ts'),
    '@glidepath/core/explain': path.join(root, 'core/src/explain/explain.ts'),
    '@glidepath/core/lifecycle': path.join(root, 'core/src/lifecycle/index.ts'),
    '@glidepath/core/protocol': path.join(root, 'core/src/protocol/index.ts'),
    '@glidepath/core/sdk': path.join(root, 'core/src/sdk/index.ts'),
  },
  logLevel: 'warning',
};

/** Failpoints and the movable clock exist only where `__TEST_BUILD__` is true: elsewhere esbuild removes them. */
const bundleServer = (outdir, testBuild) =>
  build({
    ...node,
    entryPoints: { main: 'server/src/main.ts' },
    outdir,
    minifySyntax: true,
    define: {
      __TEST_BUILD__: String(testBuild),
      __VERSION__: JSON.stringify(version),
      __ERROR_CODES__: JSON.stringify(errorCodes()),
    },
  });

const newest = (dir) =>
  readdirSync(dir, { withFileTypes: true }).reduce((latest, entry) => {
    const file = path.join(dir, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }, 0);

/** Vite takes longest, so pages of which nothing has changed are not built again. */
function buildPages(folder, outDir, parts) {
  const stamp = path.join(folder, outDir, '.built');
  const sources = String(
    Math.max(
      ...[`${folder}/src`, ...parts].map(newest),
      ...['index.html', 'vite.config.ts'].map((file) => statSync(`${folder}/${file}`).mtimeMs),
    ),
  );
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  rmSync(stamp, { force: true });
  const vite = path.join(root, folder, 'node_modules/.bin/vite');
  const result = spawnSync(vite, ['build', '--logLevel', 'warn'], { cwd: folder, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
  writeFileSync(stamp, sources);
}

const bundleSdks = () =>
  Promise.all(['sdk-node', 'sdk-browser'].map((name) => bundleSdk(name, { root, version, withTypes })));

const onlyCli = process.argv.includes('--cli');
const onlyBinary = process.argv.includes('--binary');
if (onlyCli || onlyBinary) {
  if (onlyCli) await bundleCli({ node, version });
  const out = process.argv.find((word) => word.startsWith('--out='));
  if (onlyBinary) await buildBinary({ node, version }, out?.slice('--out='.length) ?? 'cli/dist');
  process.exit();
}
const onlySdks = process.argv.includes('--sdk');
if (onlySdks || process.argv.includes('--bench')) {
  await Promise.all([bundleSdks(), ...(onlySdks ? [] : [bundleBench({ root })])]);
  process.exit();
}
await Promise.all([
  bundleServer('server/dist', false),
  bundleServer('server/dist-test', true),
  // They take the SDKs as packages, like any application: the paths in their tsconfig.json are for types only.
  ...[
    ['shop', { main: 'examples/shop/src/main.ts', visitors: 'examples/shop/src/visitors.ts' }],
    ['react-storefront', { main: 'examples/react-storefront/src/main.ts' }],
  ].map(([name, entryPoints]) =>
    build({
      ...node,
      alias: {},
      tsconfigRaw: {},
      jsx: 'automatic',
      entryPoints,
      outdir: `examples/${name}/dist`,
    }),
  ),
  bundleSdks(),
  bundleCli({ node, version }),
  bundleBench({ root }),
]);
buildPages('admin-ui', 'dist', ['core/src']);
buildPages('examples/react-storefront', 'dist/client', ['core/src', 'sdk-browser/src']);
