import type { ReadFlag, WireSeries } from '@glidepath/core/sdk';
import { isOf } from '@glidepath/core/sdk';

/** The way to a series without making its name: calls that are measured must cost next to nothing. */
export interface Shortcut<S> {
  find(read: ReadFlag, what: string): S | null;
  keep(read: ReadFlag, what: string, series: S): void;
  clear(): void;
}

const NONE: readonly never[] = [];

export function createShortcut<S extends { readonly series: WireSeries }>(): Shortcut<S> {
  const byFlag = new Map<string, Map<string, S[]>>();
  return {
    find(read, what) {
      // Few: the variations of one flag, in each arm.
      const known = byFlag.get(read.flag)?.get(what) ?? NONE;
      for (let i = 0; i < known.length; i += 1) {
        const one = known[i] as S;
        if (isOf(one.series, read)) return one;
      }
      return null;
    },
    keep({ flag }, what, series) {
      const byName = byFlag.get(flag) ?? new Map<string, S[]>();
      byFlag.set(flag, byName);
      const known = byName.get(what);
      if (known === undefined) byName.set(what, [series]);
      else known.push(series);
    },
    clear: () => byFlag.clear(),
  };
}
