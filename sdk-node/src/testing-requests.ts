import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flagItem } from '@glidepath/core/testing';
import { createClientOn } from './client.ts';
import type { WireHealth } from './health/wire.ts';
import { type TestPlatform, testPlatform } from './testing-platform.ts';
import type { FlagsClient } from './types.ts';

/** A client over a test platform; `new-checkout` is measured in a rollout, half of all in each arm. */
export interface Rollout {
  readonly flags: FlagsClient;
  readonly platform: TestPlatform;
  /** What was reported of health, in the order of the operations' names. */
  health(): readonly WireHealth[];
}

export function aRollout(): Rollout {
  const platform = testPlatform();
  const flags = createClientOn(platform, { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' });
  const split = {
    ranges: [
      [50_000, 0],
      [100_000, 1],
    ],
    arms: { rollout: 'r1', stage: 0, t: [[0, 50_000]], c: [[50_000, 100_000]] },
  } as const;
  platform.accept(1, [flagItem('new-checkout', { fallthrough: { split } })]);
  return {
    flags,
    platform,
    health() {
      platform.advance(13_000);
      const series = platform.reports.flatMap((report) => (report['health'] ?? []) as readonly WireHealth[]);
      return series.toSorted((a, b) => (`${a.op} ${a.var}` < `${b.op} ${b.var}` ? -1 : 1));
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks a server on this machine over connections that are kept. */
export interface Visitor extends Disposable {
  ask(method: string, path: string, body?: object): Promise<Answer>;
}

export function aVisitor(address: AddressInfo | string | null): Visitor {
  const port = typeof address === 'object' ? address?.port : undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = { 'x-user-id': 'u-1', ...(text && { 'content-type': 'application/json' }) };
        const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            answer += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: answer }));
        });
        sent.on('error', reject);
        sent.end(text);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** How long half of the requests took at most, in microseconds; in turns, so that a busy machine is busy for both. */
export async function medianUs(asks: readonly (() => Promise<unknown>)[], times: number): Promise<readonly number[]> {
  const durations = asks.map((): number[] => []);
  for (let i = 0; i < times; i += 1)
    for (const [at, ask] of asks.entries()) {
      const startedAt = performance.now();
      await ask();
      durations[at]?.push(performance.now() - startedAt);
    }
  return durations.map((list) => 1_000 * (list.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0));
}
