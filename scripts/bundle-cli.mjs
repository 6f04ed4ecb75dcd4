// Makes cli/dist: the command as one module, beside it jq and in `chunks` what only some commands need, which those
// load, and what configurations import; what else the package holds; and the command as one file with Node inside.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { writeThirdParty } from './third-party.mjs';

const JQ = 'cli/node_modules/jq-wasm';
const JQ_FILE = 'jq-wasm.js';
/** What Node looks for in its own file to know that a program was put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** `node` are the options of everything that runs on Node here. */
const optionsOf = ({ node, version }) => ({
  ...node,
  minifySyntax: true,
  define: { __VERSION__: JSON.stringify(version) },
});

/** Packages that know only `require` ask for parts of Node by it. */
const REQUIRE = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

export async function bundleCli(surroundings) {
  const options = optionsOf(surroundings);
  const [{ metafile }] = await Promise.all([
    build({
      ...options,
      packages: 'bundle',
      // What only some commands need, such as parsers, is loaded by those.
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: REQUIRE },
      plugins: [jqBeside],
      entryPoints: { main: 'cli/src/main.ts' },
      outdir: 'cli/dist',
      metafile: true,
    }),
    build({ ...options, sourcemap: false, entryPoints: { config: 'cli/src/config.ts' }, outdir: 'cli/dist' }),
  ]);
  cpSync(`${JQ}/dist/inline.mjs`, `cli/dist/${JQ_FILE}`);
  chmodSync('cli/dist/main.js', 0o755);
  removeOldChunks(metafile);
  cpSync('LICENSE', 'cli/LICENSE');
  cpSync('docs/schema', 'cli/schema', { recursive: true });
  writeThirdParty('cli/THIRD-PARTY.txt', {
    of: 'The command `glidepath`',
    metafiles: [metafile],
    others: [JQ],
  });
  const types = 'cli/dist-types/config.d.ts';
  if (existsSync(types)) {
    writeFileSync('cli/dist/config.d.ts', readFileSync(types, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
  }
}

/** Whoever runs the command while it is built finds all that it loads. */
function removeOldChunks({ outputs }) {
  for (const file of readdirSync('cli/dist/chunks'))
    if (!(`cli/dist/chunks/${file}` in outputs)) rmSync(`cli/dist/chunks/${file}`);
}

const jqBeside = {
  name: 'jq-beside',
  setup(context) {
    context.onResolve({ filter: /^jq-wasm\/inline$/ }, () => ({ path: `./${JQ_FILE}`, external: true }));
  },
};

/** One file for this platform, with Node and all of the command inside. */
export async function buildBinary(surroundings, outdir) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-binary-'));
  try {
    const main = path.join(folder, 'main.cjs');
    const blob = path.join(folder, 'main.blob');
    const config = path.join(folder, 'config.json');
    const { packages: _, sourcemap: __, ...bundling } = optionsOf(surroundings);
    const { metafile } = await build({
      ...bundling,
      entryPoints: ['cli/src/main.ts'],
      outfile: main,
      format: 'cjs',
      minify: true,
      metafile: true,
    });
    // The code cache is of this very Node, which is the one that goes into the file.
    writeFileSync(
      config,
      JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true }),
    );
    run(process.execPath, ['--experimental-sea-config', config]);
    const file = path.join(outdir, process.platform === 'win32' ? 'glidepath.exe' : 'glidepath');
    const made = path.join(folder, path.basename(file));
    copyFileSync(process.execPath, made);
    chmodSync(made, 0o755);
    const onMac = process.platform === 'darwin';
    // A changed file has no valid signature, and macOS runs none without one.
    if (onMac) run('codesign', ['--remove-signature', made]);
    run(process.execPath, [
      'node_modules/postject/dist/cli.js',
      made,
      'NODE_SEA_BLOB',
      blob,
      '--sentinel-fuse',
      FUSE,
      ...(onMac ? ['--macho-segment-name', 'NODE_SEA'] : []),
    ]);
    if (onMac) run('codesign', ['--sign', '-', made]);
    // Whoever runs the old one keeps it: a program that runs cannot be written over.
    rmSync(file, { force: true });
    copyFileSync(made, file);
    writeThirdParty(path.join(outdir, 'glidepath-third-party.txt'), {
      of: 'The program `glidepath`',
      besides: 'Node.js (https://github.com/nodejs/node/blob/main/LICENSE) and ',
      metafiles: [metafile],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program, args) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(program)} ended with ${status}:\n${stdout}${stderr}`);
}
