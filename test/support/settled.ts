import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Until all that has happened so far has been heard of here: a process that stood still for a moment hears of what comes
 * some turns of its event loop before it hears of what went.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
}
