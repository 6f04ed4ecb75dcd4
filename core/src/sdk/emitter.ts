import type { ListenOptions, Unsubscribe } from './status.ts';

type Listener = (payload: unknown) => void;

/**
 * Listeners by event name. A listener that throws is reported and the others still run; there is no special name.
 */
export interface Emitter {
  on(event: string, listener: (payload: never) => void, options?: ListenOptions): Unsubscribe;
  emit(event: string, payload: unknown): void;
  clear(): void;
}

/** `onThrow` hears of listeners that throw. */
export function createEmitter(onThrow: (event: string, error: unknown) => void): Emitter {
  const listeners = new Map<string, Set<Listener>>();

  const remove = (event: string, listener: Listener): void => {
    const set = listeners.get(event);
    set?.delete(listener);
    if (set?.size === 0) listeners.delete(event);
  };

  return {
    on(event, listener, options = {}) {
      const run: Listener = (payload) => {
        if (options.once) unsubscribe();
        (listener as Listener)(payload);
      };
      const unsubscribe = (): void => {
        remove(event, run);
        options.signal?.removeEventListener('abort', unsubscribe);
      };
      if (options.signal?.aborted) return unsubscribe;
      const set = listeners.get(event) ?? new Set();
      set.add(run);
      listeners.set(event, set);
      options.signal?.addEventListener('abort', unsubscribe, { once: true });
      return unsubscribe;
    },
    emit(event, payload) {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          listener(payload);
        } catch (error) {
          onThrow(event, error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
