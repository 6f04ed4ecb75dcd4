// One launcher for npm and pnpm: installs when needed, builds, then runs. Node built-ins only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = '12.21.0';
const MINIMUM_NODE = [20, 19];
/** What esbuild puts into the bundles, for what runs from source. */
const DEV_CONSTANTS = `data:text/javascript,${encodeURIComponent(`
  import { errorCodes } from '${new URL('error-codes.mjs', import.meta.url)}';
  Object.assign(globalThis, { __TEST_BUILD__: false, __VERSION__: 'dev', __ERROR_CODES__: errorCodes() });
`)}`;
const TEST_CONSTANTS = 'data:text/javascript,globalThis.__TEST_BUILD__=true;globalThis.__VERSION__="test"';
const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const onWindows = process.platform === 'win32';
const env = { ...process.env };

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  console.error(`Glidepath needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

// node-gyp: use the headers shipped beside this Node when they exist, so that no download is needed
// (and a nodedir from an npmrc cannot name another Node's headers).
const prefix = path.resolve(process.execPath, '..', '..');
if (existsSync(path.join(prefix, 'include/node/node.h'))) env.npm_config_nodedir = prefix;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: 'inherit', env, shell: onWindows, ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}
/** Beside whatever else runs: resolves to whether it went well; what it prints comes in one piece. */
function runBeside(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, shell: onWindows, ...options });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => printed.push(piece));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code === 0);
    });
  });
}
const bin = (name, dir = '.') => path.join(root, dir, 'node_modules', '.bin', name);
// What a benchmark prints may be read by a program: there the installation is told on stderr.
const pnpm = (...args) =>
  run('npx', ['--yes', `pnpm@${PNPM}`, ...args], {
    stdio: ['inherit', task.startsWith('bench') ? 2 : 'inherit', 'inherit'],
  });

function manifests() {
  const parents = ['.', 'examples'];
  return parents
    .flatMap((parent) => readdirSync(parent, { withFileTypes: true }).map((entry) => [parent, entry]))
    .filter(([, entry]) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(([parent, entry]) => path.join(parent, entry.name, 'package.json'))
    .filter((file) => existsSync(file))
    .sort();
}

/** The libraries of the benchmark are many, and nobody else needs them. */
const BENCH_PEERS = '@glidepath/bench-peers';

function install({ withPeers = false } = {}) {
  const fingerprint = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests()])
    fingerprint.update(readFileSync(file));
  const abi = `abi${process.versions.modules}-${process.platform}-${process.arch}`;
  const wanted = `${fingerprint.digest('hex')} ${abi}`;
  const stamp = 'node_modules/.install-stamp';
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  const peersStamp = 'test/load/peers/node_modules/.install-stamp';
  const peers = existsSync(peersStamp) ? readFileSync(peersStamp, 'utf8') : '';
  if (present === wanted && (!withPeers || peers === wanted)) return;
  rmSync(stamp, { force: true });
  pnpm('install', '--frozen-lockfile', ...(withPeers ? [] : ['--filter', `!${BENCH_PEERS}`]));
  // Another Node: native addons must be compiled again.
  if (present && !present.endsWith(` ${abi}`)) pnpm('rebuild', '-r');
  writeFileSync(stamp, wanted);
  if (withPeers) writeFileSync(peersStamp, wanted);
}

/** `check` types everything; running needs only the bundles. */
function build({ types = false } = {}) {
  if (types) run(bin('tsc'), ['-b']);
  run(process.execPath, ['scripts/build.mjs', ...(types ? ['--types'] : [])]);
}

const MEMORY_FOLDER = '/dev/shm';
const ROOMY_BYTES = 8 * 2 ** 30;

/** Tests make thousands of small databases and files, and a fresh clone: in memory, where there is room, and programs may run. */
function keepFilesInMemory() {
  if (os.tmpdir() !== '/tmp' || !existsSync('/proc/mounts') || os.freemem() < ROOMY_BYTES) return;
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, folder, kind]) => folder === MEMORY_FOLDER && kind === 'tmpfs');
  if (!mount || mount[3].split(',').includes('noexec')) return;
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  if (bavail * bsize < ROOMY_BYTES) return;
  env.TMPDIR = mkdtempSync(path.join(MEMORY_FOLDER, 'glidepath-'));
  // PostgreSQL runs as somebody else where all this runs as root.
  chmodSync(env.TMPDIR, 0o755);
  process.on('exit', () => rmSync(env.TMPDIR, { recursive: true, force: true }));
  // Whoever interrupts the tests interrupts this, too, which then has to come to its end.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
}

/** What is said of the sources as they stand. */
const lint = () => run(bin('biome'), ['ci', '--colors=off', '.']);

/** What is said of what was built: command and folder. */
const BUILT_CHECKS = [
  ['knip', []],
  ...['sdk-node', 'sdk-browser'].flatMap((cwd) => [
    ['publint', ['--strict', '--pack', 'npm'], cwd],
    ['attw', ['--pack', '.', '--profile', 'node16'], cwd],
  ]),
  ['publint', ['--strict', '--pack', 'npm'], 'cli'],
  ['size-limit', []],
];

/** One after another; resolves to the names of those that failed. */
async function checkBuilt() {
  const failed = [];
  for (const [name, args, cwd = '.'] of BUILT_CHECKS)
    if (!(await runBeside(bin(name), args, { cwd }))) failed.push(`${name} in ${cwd}`);
  return failed;
}

function exitUnless(failed) {
  if (failed.length === 0) return;
  console.error(`Failed: ${failed.join(', ')}`);
  process.exit(1);
}

function serve(args) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  // npm's shell swallows SIGTERM: stop the server when that shell is gone.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 250).unref();
  child.on('exit', (code) => process.exit(code ?? 0));
}

const [task = 'start', ...rest] = process.argv.slice(2);
install({ withPeers: task === 'bench:evaluation' || task === 'bench:size' });
switch (task) {
  case 'build':
    build({ types: true });
    break;
  case 'test': {
    const withChecks = rest.includes('--checks');
    if (withChecks) lint();
    build({ types: true });
    keepFilesInMemory();
    const args = ['run', ...rest.filter((arg) => arg !== '--checks')];
    const tests = runBeside(bin('vitest'), args, { stdio: 'inherit' });
    // The tests wait for the installation of a fresh clone first, which leaves time for these.
    const [failed, isTested] = await Promise.all([withChecks ? checkBuilt() : [], tests]);
    exitUnless(isTested ? failed : [...failed, 'tests']);
    break;
  }
  case 'test:faults':
    build({ types: true });
    env.GLIDEPATH_TEST_TIER = 'faults';
    run(bin('vitest'), ['run', '--project', 'system', '--project', 'apart', '--project', 'load', ...rest]);
    break;
  case 'test:sim':
    build();
    env.GLIDEPATH_TEST_TIER = 'night';
    run(bin('vitest'), ['run', '--project', 'sim', ...rest]);
    break;
  case 'freeze':
    build({ types: true });
    run(process.execPath, [
      '--import',
      'tsx',
      '--import',
      TEST_CONSTANTS,
      '--conditions=source',
      'test/compat/freeze.ts',
      ...rest,
    ]);
    break;
  case 'bench':
  case 'bench:evaluation': {
    run(process.execPath, ['scripts/build.mjs', '--bench']);
    const own = task === 'bench' ? ['--own'] : [];
    run(process.execPath, ['--import', 'tsx', '--conditions=source', 'test/load/evaluation.ts', ...own, ...rest]);
    break;
  }
  case 'bench:size':
    run(process.execPath, ['scripts/build.mjs', '--sdk']);
    run(process.execPath, ['--import', 'tsx', 'test/load/size.ts', ...rest]);
    break;
  case 'docs:screenshots':
    build();
    run(process.execPath, [
      '--import',
      'tsx',
      '--import',
      DEV_CONSTANTS,
      '--conditions=source',
      'test/browser/screenshots.ts',
    ]);
    break;
  case 'check':
    lint();
    build({ types: true });
    exitUnless(await checkBuilt());
    break;
  case 'dev':
    build();
    serve([
      '--import',
      'tsx',
      '--import',
      DEV_CONSTANTS,
      '--conditions=source',
      '--watch',
      'server/src/main.ts',
      ...rest,
    ]);
    break;
  case 'demo':
    build();
    serve(['scripts/demo/main.mjs', ...rest]);
    break;
  case 'start':
    build();
    serve(['server/dist/main.js', ...rest]);
    break;
  default:
    console.error(
      `Unknown task "${task}". Known: start, dev, demo, build, test, test:faults, test:sim, bench, bench:evaluation, bench:size, docs:screenshots, check, freeze.`,
    );
    process.exit(1);
}
