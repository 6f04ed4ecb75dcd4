import type { ClientOptions, EventFigures, FlushResult } from '@glidepath/sdk-node';
import { type AskedProcess, startAsked } from './asked-process.ts';

/** What a client does, as far as can be told from outside. */
export type Phase = 'connecting' | 'in a transfer' | 'streaming' | 'in back-off';

export type FleetRequest =
  | {
      readonly do: 'connect';
      readonly count: number;
      readonly url: string;
      readonly sdkKey: string;
      readonly options?: Pick<ClientOptions, 'timeouts' | 'poll' | 'reconnect' | 'events'>;
      /** Flags of which each client writes down what it serves, whenever that changes. */
      readonly watch?: readonly string[];
    }
  | { readonly do: 'seen' }
  /** Makes clients and closes them soon, a crowd at a time, and says what is left of them. */
  | {
      readonly do: 'churn';
      readonly count: number;
      readonly url: string;
      readonly sdkKey: string;
      /** What each is to be at, in turns. */
      readonly closeWhile: readonly Phase[];
    }
  /** One client after the other connects and goes; says how long each waited until it was ready. */
  | { readonly do: 'rejoin'; readonly times: number; readonly url: string; readonly sdkKey: string }
  | { readonly do: 'values'; readonly flag: string }
  | { readonly do: 'split'; readonly flag: string; readonly keys: number }
  /** Evaluates the flag so often with every client, each time for somebody else, and says what was served. */
  | { readonly do: 'evaluate'; readonly flag: string; readonly times: number }
  | { readonly do: 'flush'; readonly timeoutMs?: number }
  | { readonly do: 'events' }
  | { readonly do: 'versions' }
  | { readonly do: 'states' }
  | { readonly do: 'close' };

export interface FleetAnswer {
  readonly ready?: number;
  readonly values?: readonly unknown[];
  readonly counts?: Readonly<Record<string, number>>;
  /** Of each client. */
  readonly flushed?: readonly FlushResult[];
  readonly events?: readonly EventFigures[];
  readonly versions?: readonly (number | null)[];
  readonly states?: readonly string[];
  readonly connections?: readonly string[];
  readonly reconnects?: readonly number[];
  /** Of each client, in order: the version and the values of the watched flags at it. */
  readonly seen?: readonly (readonly Sight[])[];
  readonly resources?: readonly string[];
  readonly rejections?: readonly string[];
  /** How many of those that came and went were closed while they did what. */
  readonly closedWhile?: Readonly<Partial<Record<Phase, number>>>;
  readonly waitedMs?: number[];
  /** In use, after everything unused was collected. */
  readonly heapKb?: number;
  readonly closed?: number;
}

export interface Sight {
  readonly version: number;
  readonly values: string;
  /** Milliseconds since epoch. */
  readonly at: number;
}

/** SDK clients of the built package, in a process of their own. */
export type Fleet = AskedProcess<FleetRequest, FleetAnswer>;

export const startFleet = (): Fleet => startAsked('fleet.ts');
