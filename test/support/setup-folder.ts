import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RUN_FOLDER } from './temporary-file.ts';

/** One folder for the files of a run, taken away with all that is in it. */
export default function setup(): () => void {
  // Of several projects, the first makes it.
  if (process.env[RUN_FOLDER] !== undefined) return () => undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-run-'));
  process.env[RUN_FOLDER] = folder;
  return () => {
    delete process.env[RUN_FOLDER];
    rmSync(folder, { recursive: true, force: true });
  };
}
