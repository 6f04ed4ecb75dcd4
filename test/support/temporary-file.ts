import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where a run of tests keeps its files; set for as long as it lasts. */
export const RUN_FOLDER = 'GLIDEPATH_TEST_FOLDER';

/** A path that nothing stands at, in a folder of its own, which goes with the run. */
export function temporaryFile(name = 'glidepath.db'): string {
  return path.join(mkdtempSync(path.join(process.env[RUN_FOLDER] ?? os.tmpdir(), 'glidepath-')), name);
}
