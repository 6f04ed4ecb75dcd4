import * as React from 'react';

// What the bindings take from outside, imported once: every import costs bytes in what pages load.
export { createClient } from './index.ts';

export const {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} = React;

export const OVER = 'fulfilled';

/** With the field by which React knows what it need not wait for. */
export type Wait = Promise<unknown> & { status?: string };

/** Suspends until it is over, if there is any. Who once called `use` must call it again afterwards. */
export function suspend(wait: Wait | undefined): void {
  // Not named where it is read: bundlers would complain that older Reacts do not export it.
  const use = Reflect.get(React, 'use') as ((wait: PromiseLike<unknown>) => void) | undefined;
  if (!wait) return;
  if (use) use(wait);
  else if (wait.status !== OVER) throw wait;
}
