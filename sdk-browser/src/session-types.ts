import type { Values } from '@glidepath/core/protocol';
import type { ClientState, ClientStatus, InitResult, SdkError } from '@glidepath/core/sdk';
import type { Page } from './page.ts';
import type { Serving } from './reading.ts';
import type { FrameWay, Tools } from './tools.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';
import type { Held } from './values.ts';

export type Connection = ClientStatus['connection'];
/** What is wrong for longer than until the next attempt. */
export type Trouble = Exclude<ClientState, 'initializing' | 'ready' | 'stale'> | '';
export type WaitOptions = NonNullable<Parameters<BrowserClient['waitForInitialization']>[0]>;
export type Source = 'stream' | 'poll';

/** Any frame of the service: what only some of them hold tells them apart. */
export interface Told extends Partial<Omit<Values, 't'>> {
  readonly t?: string;
  readonly overrides?: boolean;
  readonly spread?: number;
}

/** How a page has its values: whom they are for, and how they come. */
export type Session = readonly [
  look: () => Serving,
  status: () => Omit<ClientStatus, 'events'>,
  wait: (options?: WaitOptions) => Promise<InitResult>,
  identify: BrowserClient['identify'],
  /** The page is out of sight: nothing is open until `resume`. */
  pause: () => void,
  /** Also when the network is back: no waiting for the next attempt. */
  resume: () => void,
  end: () => void,
];

/** Plain arguments, because names of members are what cannot be made shorter in what browsers load. */
export type SessionParts = readonly [
  page: Page,
  now: () => number,
  /** Where the service is, without a slash at its end. */
  root: string,
  options: BrowserClientOptions,
  /** What the service is told of where something comes from. */
  sender: { readonly sdk: string; readonly id: string; readonly inst: string },
  isConfigured: boolean,
  log: (code: string, message: string) => SdkError,
  emit: (event: string | FrameWay, told: unknown) => void,
  anonymousKey: () => string,
  recall: (fingerprint: number) => Held | null,
  remember: (fingerprint: number, held: Held) => void,
  tools: Tools,
];
