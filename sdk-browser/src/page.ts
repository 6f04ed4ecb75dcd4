import { REQUEST_MS } from './limits.ts';

/**
 * All that the SDK takes from the outside, by the names that a browser gives it: time, chance, network, storage, the
 * page's life. Nothing of it is touched before a client is made, and by an offline one (pages are rendered on servers
 * too) only what every runtime has.
 */
export type Page = Pick<
  typeof globalThis,
  | 'Math'
  | 'WebSocket'
  | 'addEventListener'
  | 'clearTimeout'
  | 'console'
  | 'crypto'
  | 'document'
  | 'fetch'
  | 'localStorage'
  | 'location'
  | 'navigator'
  | 'performance'
  | 'setTimeout'
>;

/** A clock that never goes backwards, in milliseconds since epoch. */
export const clockOf =
  ({ performance }: Page) =>
  (): number =>
    performance.timeOrigin + performance.now();

/**
 * Without an answer as if the service had said that it is not there for now. The body is plain text, for which browsers
 * ask no leave of the service beforehand.
 */
export async function post(page: Page, url: string, body: string): Promise<readonly [status: number, text: string]> {
  try {
    const answer = await page.fetch(url, {
      method: 'POST',
      body,
      keepalive: true,
      signal: AbortSignal.timeout?.(REQUEST_MS),
    });
    return [answer.status, await answer.text()];
  } catch {
    return [503, ''];
  }
}

/** Not `randomUUID`, which pages without TLS have not. */
export function uuid({ crypto }: Page): string {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & 15).toString(16),
  );
}

/** Storage may be forbidden, full or hold anything. */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
