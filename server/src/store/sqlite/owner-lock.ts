import path from 'node:path';
import Database from 'better-sqlite3';

/** Held for the life of the process; the system frees it when the process dies, however it dies. */
export interface OwnerLock {
  release(): void;
}

/** Takes the folder of a database file for this process, or says at once that another one has it. */
export function takeOwnerLock(file: string): OwnerLock {
  const lockFile = path.join(path.dirname(file), 'owner.lock');
  const lock = new Database(lockFile, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new Error(
      `${file} is in use by another Glidepath process (which holds ${lockFile}). Stop that one, or give this one its own GLIDEPATH_DATA_DIR.`,
      { cause },
    );
  }
  return {
    release() {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}
