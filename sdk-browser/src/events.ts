import type { ListenOptions, Unsubscribe } from '@glidepath/core/sdk';

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
