import WebSocket from 'ws';

/** What a page's socket does not do: throw when it is closed before it was open. */
class PageSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => undefined);
  }
}

/** From now on nothing of this process waits longer than a moment for what should take half a minute or more. */
export function shortenLongWaits(): Disposable {
  const { setTimeout: real } = globalThis;
  const short = (run: () => void, ms?: number) => real(run, ms !== undefined && ms >= 30_000 ? 50 : ms);
  globalThis.setTimeout = Object.assign(short, real) as typeof setTimeout;
  return {
    [Symbol.dispose]() {
      globalThis.setTimeout = real;
    },
  };
}

/** What a page has beside Node, as far as the browser SDK asks for it: always visible, and never left. */
export function installBrowserGlobals(): Disposable {
  const window = new EventTarget();
  const globals: Readonly<Record<string, unknown>> = {
    WebSocket: PageSocket,
    document: Object.assign(new EventTarget(), { hidden: false, visibilityState: 'visible' }),
    navigator: { sendBeacon: () => false },
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  };
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return {
    [Symbol.dispose]() {
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
    },
  };
}
