import type { Call } from './call.ts';
import type { Outcome } from './command.ts';
import { Failure } from './failure.ts';

/** A question that costs the service next to nothing; the stream would take a server key, which few people have. */
const PAUSE_MS = 2_000;

export interface Watched {
  /** Differs whenever there may be something to do. */
  fingerprint(): Promise<string>;
  /** Answers what it did, with its line end. */
  act(): Promise<string>;
}

/** Acts now and after every change, until somebody ends it. What fails is told once, and tried again. */
export async function watch({ outside, note }: Call, { fingerprint, act }: Watched): Promise<Outcome> {
  const ended = outside.interruption();
  let seen = await fingerprint();
  note((await act()).trimEnd());
  let rounds = 1;
  let lastFault = '';
  const look = async (): Promise<void> => {
    const now = await fingerprint();
    if (now === seen) return;
    note((await act()).trimEnd());
    rounds += 1;
    seen = now;
  };
  for (;;) {
    await outside.wait(PAUSE_MS, ended);
    if (ended.aborted) return { document: { rounds }, text: '' };
    lastFault = await look().then(() => '', tell);
  }

  function tell(error: unknown): string {
    if (!(error instanceof Failure)) throw error;
    if (error.message !== lastFault) note(error.message);
    return error.message;
  }
}
