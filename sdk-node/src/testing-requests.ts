import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireHealth } from '@glidepath/core/sdk';
import { flagItem } from '@glidepath/core/testing';
import { createClientOn } from './client.ts';
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
  const overrides = { cookie: true };
  const flags = createClientOn(platform, { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789', overrides });
  const split = {
    ranges: [
      [50_000, 0],
      [100_000, 1],
    ],
    arms: { rollout: 'r1', stage: 0, t: [[0, 50_000]], c: [[50_000, 100_000]] },
  } as const;
  platform.accept(1, [flagItem('new-checkout', { fallthrough: { split } })], { overrides: true });
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
  ask(method: string, path: string, body?: object, cookie?: string): Promise<Answer>;
}

export function aVisitor(address: AddressInfo | string | null): Visitor {
  const port = typeof address === 'object' ? address?.port : undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    ask: (method, path, body, cookie) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = {
          'x-user-id': 'u-1',
          ...(text && { 'content-type': 'application/json' }),
          ...(cookie && { cookie }),
        };
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

/** Requests of each kind before the first measurement, and in each. */
const WARMING = 200;
const MEASURED = 300;
/** A busy machine spoils several measurements in a row; what is true shows in one of a few. */
const ATTEMPTS = 6;

type Ask = () => Promise<unknown>;
type Medians = readonly [number, number];

/** How long half of the requests of either kind took at most, in microseconds: the first measurement that is good, else the last. */
export async function mediansWhere(asks: readonly [Ask, Ask], isGood: (medians: Medians) => boolean): Promise<Medians> {
  await mediansUs(asks, WARMING);
  let medians = await mediansUs(asks, MEASURED);
  for (let attempt = 1; attempt < ATTEMPTS && !isGood(medians); attempt += 1) medians = await mediansUs(asks, MEASURED);
  return medians;
}

/** In turns, so that a busy machine is busy for both. */
async function mediansUs([one, other]: readonly [Ask, Ask], times: number): Promise<Medians> {
  const took: readonly [number[], number[]] = [[], []];
  for (let i = 0; i < times; i += 1) {
    took[0].push(await usOf(one));
    took[1].push(await usOf(other));
  }
  return [medianOf(took[0]), medianOf(took[1])];
}

async function usOf(ask: Ask): Promise<number> {
  const startedAt = performance.now();
  await ask();
  return 1_000 * (performance.now() - startedAt);
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
