import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';

/** Larger than any environment may be. */
const MAX_BYTES = 64 * 1024 * 1024;
const OWNER_ONLY = 0o600;
/** A temporary file this old belongs to a process that was killed. */
const ABANDONED_MS = 60_000;

export type DiskAnswer =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly problem: string };

/** Files, as far as a client keeps any. */
export interface Disk {
  /** At once, because a client answers from it in the same tick. Never throws. */
  read(file: string): DiskAnswer;
  /** Afterwards the file has the whole text, or what it had before; whoever reads meanwhile sees one of the two. */
  write(file: string, text: string): Promise<void>;
  /** Out of the way, for somebody to look at. Never throws. */
  setAside(file: string): void;
  /** HMAC-SHA256, hexadecimal. */
  hmac(key: string, content: string | Buffer): string;
}

export const nodeDisk: Disk = {
  read(file) {
    try {
      return { kind: 'bytes', bytes: readRegular(file) };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { kind: 'none' };
      return { kind: 'fault', problem: messageOf(error) };
    }
  },
  async write(file, text) {
    const folder = path.dirname(file);
    const name = path.basename(file);
    await sweep(folder, name);
    const temporary = path.join(folder, `${name}.${randomBytes(8).toString('hex')}.tmp`);
    try {
      await using(await open(temporary, 'wx', OWNER_ONLY), async (handle) => {
        await handle.writeFile(text);
        await handle.sync();
      });
      await rename(temporary, file);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncFolder(folder);
  },
  setAside(file) {
    try {
      if (statSync(file).isFile()) renameSync(file, `${file}.bad`);
    } catch {
      // It stays where it is, and is overwritten by the next write.
    }
  },
  hmac: (key, content) => createHmac('sha256', key).update(content).digest('hex'),
};

/** Devices and pipes would never end, or never begin. */
function readRegular(file: string): Buffer {
  if (!statSync(file).isFile()) throw new Error('it is not a file');
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size > MAX_BYTES) throw new Error(`it is too large (${size} bytes)`);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** What processes left behind that were killed while they wrote. */
async function sweep(folder: string, name: string): Promise<void> {
  const isTemporary = (entry: string) => entry.startsWith(`${name}.`) && /\.[0-9a-f]{16}\.tmp$/.test(entry);
  for (const entry of (await readdir(folder)).filter(isTemporary)) {
    const file = path.join(folder, entry);
    try {
      const { mtimeMs } = await stat(file);
      // Compared with a file of the same disk: its clock need not be ours.
      if ((await stat(folder)).mtimeMs - mtimeMs > ABANDONED_MS) await unlink(file);
    } catch {
      // Somebody else was quicker.
    }
  }
}

/** So that the new name outlives a power cut; not every system can do that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using(await open(folder, 'r'), (handle) => handle.sync());
  } catch {
    // The file itself is safe; at worst the old one is there after a power cut.
  }
}

async function using(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
