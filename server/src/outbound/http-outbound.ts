import { lookup } from 'node:dns/promises';
import type { Clock } from '../clock.ts';
import { networksOf } from './addresses.ts';
import { exchange } from './exchange.ts';
import type { Outbound, OutboundRequest } from './outbound.ts';
import { addressProblemOf, literalOf, readTarget, slackProblemOf, type Target } from './target.ts';

export interface OutboundOptions {
  readonly clock: Clock;
  /** Networks inside that may be asked, also over http and at any port. */
  readonly allow: readonly string[];
  /** Stands in for Slack's host; null = the real one. */
  readonly slackOrigin: string | null;
  /** All addresses of a name; rejects where there are none. The system's own by default. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

/** For looking up, connecting and answering together. */
const TIMEOUT_MS = 5_000;

type Route =
  | { readonly kind: 'open'; readonly target: Target; readonly addresses: readonly string[] }
  | { readonly kind: 'refused' | 'unreachable'; readonly reason: string };

/**
 * The client for everything that the service asks of others. It looks a name up once, checks every address, and
 * connects to those and no other, so that a name whose answer changes in between leads nowhere else. It follows no
 * redirect and uses no proxy.
 */
export function createOutbound({ clock, allow, slackOrigin, resolve = systemAddresses }: OutboundOptions): Outbound {
  const isOpened = networksOf(allow);

  async function routeOf({
    url,
    isSlack = false,
    isOwn = false,
  }: Pick<OutboundRequest, 'url' | 'isSlack' | 'isOwn'>): Promise<Route> {
    const read = readTarget(url);
    if (!read.ok) return { kind: 'refused', reason: read.reason };
    const target = read.value;
    const problem = isSlack ? slackProblemOf(target, slackOrigin) : null;
    if (problem !== null) return { kind: 'refused', reason: problem };
    const addresses = await addressesOf(target);
    // A name server that is out of order now may not be so later.
    if (addresses.length === 0) return { kind: 'unreachable', reason: 'its name cannot be looked up' };
    // Whoever set the address in the environment has opened it, and nothing beside it.
    const isSet = isOwn || (isSlack && slackOrigin !== null);
    const closed = addressProblemOf(target, addresses, isSet ? () => true : isOpened);
    return closed === null ? { kind: 'open', target, addresses } : { kind: 'refused', reason: closed };
  }

  async function addressesOf(target: Target): Promise<readonly string[]> {
    const literal = literalOf(target);
    if (literal !== null) return [literal];
    return withinTime(
      resolve(target.host).catch((): readonly string[] => []),
      [],
    );
  }

  function withinTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
    return new Promise((settle) => {
      const timer = clock.setTimer(() => settle(otherwise), TIMEOUT_MS);
      void work.then((value) => {
        timer.cancel();
        settle(value);
      });
    });
  }

  return {
    async send(request) {
      const began = clock.monotonic();
      const route = await routeOf(request);
      if (route.kind !== 'open') return route;
      const timeoutMs = Math.max(1, TIMEOUT_MS - (clock.monotonic() - began));
      return exchange({ ...route, request, clock, timeoutMs });
    },
    async problemOf(url, options = {}) {
      const route = await routeOf({ url, ...options });
      return route.kind === 'open' ? null : route.reason;
    },
  };
}

async function systemAddresses(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}
