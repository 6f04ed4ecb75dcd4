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
  | 'removeEventListener'
  | 'setTimeout'
>;

/** A clock that never goes backwards, in milliseconds since epoch. */
export const clockOf =
  ({ performance }: Page) =>
  (): number =>
    performance.timeOrigin + performance.now();

/** Without an answer as if the service had said that it is not there for now. Without a type the body is plain text, for which browsers ask no leave of the service. */
export async function post(page: Page, url: string, body: string, type?: string) {
  try {
    const answer = await page.fetch(url, {
      method: 'POST',
      body,
      headers: type ? { 'content-type': type } : {},
      keepalive: !type,
      signal: AbortSignal.timeout?.(REQUEST_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 503, text: '' };
  }
}

/** Not `randomUUID`, which pages without TLS have not. */
export function uuid({ crypto }: Page): string {
  return '********-****-4***-8***-************'.replace(/\*/g, () =>
    ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & 15).toString(16),
  );
}
