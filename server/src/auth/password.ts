import { hash, verify } from '@node-rs/argon2';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import { isCommonPassword } from './common-passwords.ts';

const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

/** Hashing takes 19 MiB each: so many run at once, so many wait, and the rest is asked to come back. */
const AT_ONCE = 4;
const WAITING = 64;

/** argon2id, which is the package's own choice of algorithm. */
const ARGON2 = { memoryCost: 19 * 1_024, timeCost: 2, parallelism: 1 } as const;

export interface Passwords {
  /** The string to store. */
  hash(password: string): Promise<string>;
  /** Takes as long for a member that does not exist (`null`), so that the time does not tell who does. */
  matches(stored: string | null, password: string): Promise<boolean>;
}

export function openPasswords(): Passwords {
  const inTurn = createTurnstile();
  const nobodys = inTurn(() => hash('nobody has this password', ARGON2));
  return {
    hash: (password) => inTurn(() => hash(password, ARGON2)),
    async matches(stored, password) {
      const against = stored ?? (await nobodys);
      const same = await inTurn(() => verify(against, password));
      return same && stored !== null;
    },
  };
}

/** Why this may not be a password; empty = it may. */
export function passwordProblems(password: string, email: string, pointer = '/password'): readonly Problem[] {
  const problem = (detail: string) => [{ pointer, detail }];
  if ([...password].length < SHORTEST_PASSWORD) return problem(`must have at least ${SHORTEST_PASSWORD} characters`);
  if (password.length > LONGEST_PASSWORD) return problem(`must have at most ${LONGEST_PASSWORD} characters`);
  if (isCommonPassword(password)) return problem('is among those that everybody tries first: choose another');
  const name = email.split('@')[0]?.toLowerCase() ?? '';
  const rest = password.toLowerCase().replaceAll(email.toLowerCase(), '').replaceAll(name, '');
  if (name.length >= 3 && rest.length < SHORTEST_PASSWORD / 2) return problem('is little more than the e-mail address');
  return [];
}

export function checkPassword(password: string, email: string): void {
  const errors = passwordProblems(password, email);
  const [first] = errors;
  if (first) throw new RefusedError({ code: 'validation', detail: `The password ${first.detail}.`, errors });
}

function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    if (waiting.length >= WAITING) {
      throw new RefusedError({
        code: 'unavailable',
        detail: 'Too many people sign in right now. Try again.',
        retryAfter: 2,
      });
    }
    // The place is handed over by who leaves, so nobody slips in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
