import { type AskedProcess, startAsked } from './asked-process.ts';

export type ShoppersRequest =
  /** The process runs this version of the application from now on, as after a restart. */
  | {
      readonly do: 'deploy';
      readonly version: string;
      readonly instance: string;
      readonly url: string;
      readonly sdkKey: string;
    }
  /**
   * So many people check out once, guarded, with the state of the environment at this version or a later one. The old
   * way never fails; the new one does for one in so many executions.
   */
  | {
      readonly do: 'shop';
      readonly flag: string;
      readonly people: number;
      readonly version: number;
      readonly failsForOneIn: number;
    }
  /** Sends what was measured. */
  | { readonly do: 'report' }
  /** How many of them get the new way now. */
  | { readonly do: 'count'; readonly flag: string; readonly people: number; readonly version: number }
  | { readonly do: 'close' };

export interface ShoppersAnswer {
  /** Of the people, how many got the new way. */
  readonly released: number;
  readonly failed: number;
}

/** One instance of an application whose people use what is behind a flag, in a process of its own. */
export type Shoppers = AskedProcess<ShoppersRequest, ShoppersAnswer>;

export const startShoppers = (): Shoppers => startAsked('shoppers.ts');
