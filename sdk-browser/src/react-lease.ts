import { createClient, useEffect, useState } from './react-api.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';

/** After the last provider has gone: StrictMode, fast refresh and the next page come at once. */
const GRACE_MS = 1_000;
/** What was only rendered may be committed later, after something else has loaded. */
const UNCOMMITTED_MS = 10_000;

/** A client that lives as long as somebody holds it; `hold` returns how to let go. */
type Lease = readonly [client: BrowserClient, hold: () => () => void];

/** What was rendered before it was committed is forgotten by React, and found here again. */
const leases = new Map<string, Lease>();

/** The client of these options, which lives as long as a component with such options does; none without options. */
export function useLeased(options: BrowserClientOptions | null): BrowserClient | null {
  const name = options && String([options.url, options.clientKey, options.instance]);
  const [lease, setLease] = useState(() => name && leaseOf(name, options));
  useEffect(() => {
    if (!name) return;
    // The first options count, whatever object the next ones are. Another one than was rendered with, if that one's time is over: what was hidden for long is shown again.
    const held = leaseOf(name, options);
    setLease(held);
    return held[1]();
  }, [name]);
  return lease ? lease[0] : null;
}

function leaseOf(name: string, options: BrowserClientOptions): Lease {
  const known = leases.get(name);
  if (known) return known;
  const client = createClient(options);
  const endIn = (ms: number) =>
    setTimeout(() => {
      leases.delete(name);
      void client.close();
    }, ms);
  let ending = endIn(UNCOMMITTED_MS);
  let holders = 0;
  const hold = () => {
    clearTimeout(ending);
    holders += 1;
    return () => {
      holders -= 1;
      if (!holders) ending = endIn(GRACE_MS);
    };
  };
  const lease: Lease = [client, hold];
  leases.set(name, lease);
  return lease;
}
