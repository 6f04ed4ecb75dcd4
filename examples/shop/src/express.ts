import type { Reservations } from './reservations.ts';

/** The new checkout of one release of the shop: `pay` resolves once the visitor has paid. */
export type ExpressCheckout = (visitor: string, pay: () => Promise<void>) => Promise<void>;

/**
 * What each release of this shop has of the new checkout; three releases in one source, so that the demo can deploy one
 * after the other.
 */
export const expressCheckouts = {
  /** Before it was written. */
  '1.0.0': () => null,

  /** Passed its tests: nobody had as many visitors in them as there are places. */
  '2.0.0':
    ({ take }) =>
    async (visitor, pay) => {
      take(visitor);
      await pay();
    },

  /** Gives the place back, whether or not the visitor has paid, where 2.0.0 left it taken until its time was over. */
  '2.0.1':
    ({ take, release }) =>
    async (visitor, pay) => {
      take(visitor);
      try {
        await pay();
      } finally {
        release(visitor);
      }
    },
} as const satisfies Record<string, (reservations: Reservations) => ExpressCheckout | null>;

export type Release = keyof typeof expressCheckouts;

export function isRelease(version: string): version is Release {
  return Object.hasOwn(expressCheckouts, version);
}
