import { AsyncLocalStorage } from 'node:async_hooks';

/** What is around a call, however deep and across awaits. */
export interface Ambient<T> {
  run<R>(value: T, run: () => R): R;
  current(): T | undefined;
}

export function createAmbient<T>(): Ambient<T> {
  const storage = new AsyncLocalStorage<T>();
  return { run: (value, run) => storage.run(value, run), current: () => storage.getStore() };
}
