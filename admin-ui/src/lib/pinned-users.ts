import { useMemo, useSyncExternalStore } from 'react';
import type { UserContext } from './user-context.ts';

/** A context that somebody wants to see evaluated with every change, under a name of their own. */
export interface PinnedUser {
  readonly name: string;
  readonly context: UserContext;
}

export const MOST_PINNED = 20;

export interface PinnedUsers {
  readonly users: readonly PinnedUser[];
  /** Pins a context; one that has the same name already is replaced. Does nothing when there are too many. */
  pin(user: PinnedUser): void;
  unpin(name: string): void;
}

type Places = Pick<Storage, 'getItem' | 'setItem'>;

const NOBODY: readonly PinnedUser[] = [];

/** The pinned users of one project, kept in this browser. */
export interface PinnedUserStore extends Omit<PinnedUsers, 'users'> {
  read(): readonly PinnedUser[];
  subscribe(listener: () => void): () => void;
}

/** What is pinned in one part of a page, or in another tab, is seen by all others. */
export function usePinnedUsers(project: string): PinnedUsers {
  const store = useMemo(() => createPinnedUserStore(placeOf(project), window.localStorage, window), [project]);
  const users = useSyncExternalStore(store.subscribe, store.read);
  return useMemo(() => ({ users, pin: store.pin, unpin: store.unpin }), [users, store]);
}

const placeOf = (project: string): string => `glidepath-pinned-users/1/${project}`;

/** Told on this page; the browser itself tells other tabs by `storage`. */
const CHANGED = 'glidepath-pinned-users';

export function createPinnedUserStore(place: string, storage: Places, events: EventTarget): PinnedUserStore {
  let readText: string | null = null;
  let users = NOBODY;

  function read(): readonly PinnedUser[] {
    const text = storage.getItem(place);
    // The same list as long as it says the same: React compares by identity.
    if (text !== readText) {
      readText = text;
      users = parsePinned(text);
    }
    return users;
  }

  function write(next: readonly PinnedUser[]): void {
    storage.setItem(place, JSON.stringify(next));
    events.dispatchEvent(new Event(CHANGED));
  }

  return {
    read,
    subscribe(listener) {
      for (const type of [CHANGED, 'storage']) events.addEventListener(type, listener);
      return () => {
        for (const type of [CHANGED, 'storage']) events.removeEventListener(type, listener);
      };
    },
    pin(user) {
      const isKnown = read().some(({ name }) => name === user.name);
      if (isKnown) write(read().map((known) => (known.name === user.name ? user : known)));
      else if (read().length < MOST_PINNED) write([...read(), user]);
    },
    unpin: (name) => write(read().filter((user) => user.name !== name)),
  };
}

/** What somebody else or an older version has written there is not trusted. */
function parsePinned(text: string | null): readonly PinnedUser[] {
  if (text === null) return NOBODY;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isPinned).slice(0, MOST_PINNED) : NOBODY;
  } catch {
    return NOBODY;
  }
}

function isPinned(value: unknown): value is PinnedUser {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('context' in value)) return false;
  const { name, context } = value;
  return typeof name === 'string' && typeof context === 'object' && context !== null && !Array.isArray(context);
}
