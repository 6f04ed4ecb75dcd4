import { setTimeout as pause } from 'node:timers/promises';
import type { Send } from './start-service.ts';

const FLAGS = '/api/v1/projects/default/environments/production/flags';
const RETRY_MS = 50;

/** Turns flags on and off, one change after the other, and knows what the environment was at each version. */
export interface FlagWriter {
  readonly flags: readonly string[];
  readonly isWriting: boolean;
  readonly version: number;
  /** What the flags were at a version; undefined for one that was never made. */
  at(version: number): string | undefined;
  /** Changes the next flag; asks again until the server has answered. */
  write(): Promise<void>;
  /** Writes so many times a second until `stop` is called. */
  run(perSecond: number): { stop(): Promise<void> };
}

export interface FlagWriterOptions {
  /** Where the server is now. */
  readonly url: () => string;
  readonly token: string;
  readonly sdkKey: string;
  readonly flags: readonly string[];
}

/** The flags must be there, and off. */
export async function openFlagWriter({ url, token, sdkKey, flags }: FlagWriterOptions): Promise<FlagWriter> {
  const values = flags.map(() => false);
  const history = new Map<number, string>();
  const payload = await fetch(`${url()}/sdk/v1/payload`, { headers: { authorization: `Bearer ${sdkKey}` } });
  let version = ((await payload.json()) as { readonly version: number }).version;
  let isWriting = false;
  let writes = 0;
  history.set(version, values.join(' '));

  async function asked(flag: string, kind: string, idempotencyKey: string): Promise<number> {
    for (;;) {
      try {
        const response = await fetch(`${url()}${FLAGS}/${flag}`, {
          method: 'PATCH',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': idempotencyKey,
          },
          body: JSON.stringify({ instructions: [{ kind }] }),
        });
        const answer = (await response.json()) as { readonly versions?: Readonly<Record<string, number>> };
        const written = answer.versions?.['production'];
        if (response.status === 200 && written !== undefined) return written;
        if (response.status < 500) throw new Refused(`${response.status}: ${JSON.stringify(answer)}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
        // The server is away; whether it has made the change is told when it is asked with the same key.
      }
      await pause(RETRY_MS);
    }
  }

  const writer: FlagWriter = {
    flags,
    get isWriting() {
      return isWriting;
    },
    get version() {
      return version;
    },
    at: (of) => history.get(of),
    async write() {
      const index = writes % flags.length;
      writes += 1;
      values[index] = !values[index];
      isWriting = true;
      version = await asked(flags[index] ?? '', values[index] ? 'turn-on' : 'turn-off', `write-${writes}`);
      isWriting = false;
      history.set(version, values.join(' '));
    },
    run(perSecond) {
      let isOn = true;
      const done = (async () => {
        while (isOn) {
          await writer.write();
          await pause(1_000 / perSecond);
        }
      })();
      return {
        async stop() {
          isOn = false;
          await done;
        },
      };
    },
  };
  return writer;
}

class Refused extends Error {}

/** Makes boolean flags, off in every environment. */
export async function makeFlags(send: Send, count: number): Promise<readonly string[]> {
  const flags = Array.from({ length: count }, (_, i) => `flag-${i}`);
  for (const key of flags) await send('POST', '/api/v1/projects/default/flags', { body: { key, type: 'boolean' } });
  return flags;
}
