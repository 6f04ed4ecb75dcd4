import { spawnSync } from 'node:child_process';
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/chromium/', import.meta.url));
const NAMES_ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'chrome.exe'];

interface Executable {
  readonly file: string;
  /** Folder of shared libraries that it brings along. */
  readonly libraries?: string;
}

/**
 * Starts a Chromium of our own. Set CHROMIUM_PATH where none is found. `keepsPages`: pages that are left may be kept for
 * a return, which tests do without otherwise.
 */
export async function launchBrowser({ keepsPages = false } = {}): Promise<Browser> {
  const { file, libraries } = await findChromium();
  const known = process.env['LD_LIBRARY_PATH'];
  const env = libraries === undefined ? {} : { LD_LIBRARY_PATH: [known, libraries].filter(Boolean).join(':') };
  return chromium.launch({
    executablePath: file,
    env: { ...definedIn(process.env), ...env },
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function findChromium(): Promise<Executable> {
  const own = process.env['CHROMIUM_PATH'];
  if (own) return { file: own };
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked();
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.flatMap((folder) => NAMES_ON_PATH.map((name) => path.join(folder, name))).find(existsSync);
  if (found) return { file: found };
  throw new Error('No Chromium was found. Set CHROMIUM_PATH to the executable of one.');
}

/** The Chromium inside the npm package, unpacked once into a cache of this package. */
async function unpacked(): Promise<Executable> {
  const require = createRequire(import.meta.url);
  const packed = path.join(path.dirname(require.resolve('@sparticuz/chromium')), '../../bin');
  const file = path.join(CACHE, 'chromium');
  const libraries = path.join(CACHE, 'al2023.tar');
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(path.join(CACHE, 'lib'))) {
    await decompress(path.join(packed, 'al2023.tar.br'), libraries);
    const untarred = spawnSync('tar', ['xf', libraries, '-C', CACHE], { encoding: 'utf8' });
    if (untarred.status !== 0) throw new Error(`tar: ${untarred.stderr}`);
  }
  if (!existsSync(file)) await decompress(path.join(packed, 'chromium.br'), file);
  return { file, libraries: path.join(CACHE, 'lib') };
}

/** Written under another name first: two runs at once must not see half a file. */
async function decompress(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`;
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(unfinished));
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, to);
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
