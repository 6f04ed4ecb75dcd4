import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface PackedSdk {
  readonly name: string;
  readonly tarball: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** Entries that an application can name, such as `@glidepath/sdk-node/testing`. */
  readonly entries: readonly string[];
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Readonly<Record<string, { readonly default: string }>> | string>>;
}

/** A project outside of this repository that has installed the packed SDKs. */
export interface Consumer extends Disposable {
  readonly folder: string;
  readonly sdks: readonly PackedSdk[];
}

/** Packs the built SDKs as they would be published; what they ask for comes from this repository's installation. */
export function packedConsumer(folders: readonly string[] = ['sdk-node', 'sdk-browser']): Consumer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-consumer-'));
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '@glidepath'), { recursive: true });
  const sdks = folders.map((sdk) => {
    const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: path.join(root, sdk),
      encoding: 'utf8',
    });
    if (packed.status !== 0) throw new Error(packed.stderr);
    const tarball = path.join(folder, packed.stdout.trim());
    spawnSync('tar', ['xzf', tarball, '-C', folder]);
    const installed = path.join(modules, '@glidepath', sdk);
    cpSync(path.join(folder, 'package'), installed, { recursive: true });
    rmSync(path.join(folder, 'package'), { recursive: true });
    for (const name of foreignIn(sdk)) link(path.join(root, sdk, 'node_modules', name), path.join(modules, name));
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Manifest;
    const name = `@glidepath/${sdk}`;
    return { name, tarball, folder: installed, manifest, entries: entriesOf(name, installed, manifest) };
  });
  return { folder, sdks, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What an SDK depends on, peers and their types included. */
function foreignIn(sdk: string): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(root, sdk, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@glidepath/'));
}

function link(target: string, at: string): void {
  if (existsSync(at) || !existsSync(target)) return;
  mkdirSync(path.dirname(at), { recursive: true });
  symlinkSync(target, at);
}

function entriesOf(name: string, installed: string, { exports }: Manifest): readonly string[] {
  return Object.entries(exports)
    .filter(
      ([, target]) => typeof target !== 'string' && existsSync(path.join(installed, target['import']?.default ?? '')),
    )
    .map(([entry]) => name + entry.slice(1));
}
