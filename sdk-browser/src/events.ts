import type { Hook, ListenOptions, Unsubscribe } from '@glidepath/core/sdk';

type Listener = (payload: unknown) => void;

/** Listeners by event name, with the browser's own means; one that throws is reported and the others still run. */
export function createEvents(
  onThrow: (event: string, error: unknown) => void,
): readonly [
  on: (event: string, listener: Listener, options?: ListenOptions) => Unsubscribe,
  emit: (event: string, payload: unknown) => void,
] {
  const target = new EventTarget();
  return [
    (event, listener, options) => {
      const run = (given: Event): void => {
        try {
          listener((given as CustomEvent).detail);
        } catch (error) {
          onThrow(event, error);
        }
      };
      target.addEventListener(event, run, options as AddEventListenerOptions);
      return () => target.removeEventListener(event, run);
    },
    (event, detail) => target.dispatchEvent(new CustomEvent(event, { detail })),
  ];
}

/** Hooks hear of what is emitted under the names of their methods. */
export function listenWith(hooks: readonly Hook[], on: (event: string, listener: Listener) => void): void {
  for (const hook of hooks)
    for (const name of ['afterEvaluation', 'afterTrack', 'onStatus'] as const)
      on(name, (told) => hook[name]?.(told as never));
}
