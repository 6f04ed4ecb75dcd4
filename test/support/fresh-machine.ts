import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What node-gyp needs where SQLite's driver has no prebuilt binary to fetch. */
const COMPILERS =
  /^(python3(\.\d+)?|make|cc|gcc|g\+\+|c\+\+|ar|as|ld|ranlib|x86_64-linux-gnu-.*|aarch64-linux-gnu-.*)$/;
/** What every shell script takes for granted. */
const SHELL =
  'sh env uname printf echo test true false expr dirname basename pwd ls cat head tail sed awk grep tr cut sort wc find xargs which rm mkdir rmdir touch ln cp mv chmod tar gzip cmp date sleep id git'.split(
    ' ',
  );

export interface FreshMachine {
  /** A clone of HEAD. */
  readonly checkout: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** A clone of HEAD in an empty folder, an empty HOME, and a PATH of node, npm and a compiler. */
export function freshMachine(): FreshMachine {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-fresh-'));
  // PostgreSQL does not run as root: its account must be able to read the checkout.
  chmodSync(folder, 0o755);
  const checkout = path.join(folder, 'checkout');
  const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', repository, checkout], { encoding: 'utf8' });
  if (cloned.status !== 0) throw new Error(`git clone: ${cloned.stderr}`);
  const home = path.join(folder, 'home');
  const bin = path.join(folder, 'bin');
  mkdirSync(home);
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, 'node'));
  const beside = path.dirname(process.execPath);
  for (const name of ['npm', 'npx']) symlinkSync(path.join(beside, name), path.join(bin, name));
  for (const dir of ['/usr/bin', '/bin'].filter((dir) => existsSync(dir))) {
    for (const name of readdirSync(dir)) {
      const wanted = COMPILERS.test(name) || SHELL.includes(name);
      if (wanted && !existsSync(path.join(bin, name))) symlinkSync(path.join(dir, name), path.join(bin, name));
    }
  }
  return { checkout, environment: { HOME: home, PATH: bin, TMPDIR: os.tmpdir(), CI: 'true' } };
}
