import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A path that nothing stands at, in a folder of its own. */
export function temporaryFile(name = 'glidepath.db'): string {
  return path.join(mkdtempSync(path.join(os.tmpdir(), 'glidepath-')), name);
}
