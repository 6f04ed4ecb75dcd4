import type { OutboxEntry } from './store.ts';

/** One event for one channel, from the moment that it was routed there. */
export interface NoticeRow extends NoticeInput {
  /** Rises with the order in which a channel's notices are delivered. */
  readonly id: number;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  /** How many of them ended without anybody knowing whether the message arrived. */
  readonly doubts: number;
  /** Somebody is sending it, or broke off while doing so. */
  readonly isInFlight: boolean;
  /** The first notice of those that travel in one message; null before the first attempt. */
  readonly batch: number | null;
  /** Not before: back-off, or the lease of who sends it. */
  readonly dueAt: number;
  readonly settledAt: number | null;
  readonly lastError: string | null;
}

export interface NoticeInput {
  /** Id of the channel document. */
  readonly channel: string;
  /** Name of the event by which channels choose. */
  readonly event: string;
  readonly title: string;
  /** The event itself. */
  readonly body: unknown;
  readonly at: number;
  /** Never merged with others. */
  readonly isAlone: boolean;
}

/** What an outbox entry came to: a notice per channel that wants it, or nothing. */
export interface RoutedEvent {
  readonly entry: string;
  readonly notices: readonly NoticeInput[];
}

export interface NoticeClaim {
  /** The first is the head of its channel, as it was read. */
  readonly notices: readonly NoticeRow[];
  readonly until: number;
}

/** What became of an attempt, for all notices of its message. */
export interface NoticeOutcome {
  readonly state: NoticeRow['state'];
  readonly doubts: number;
  readonly dueAt: number;
  readonly settledAt: number | null;
  readonly lastError: string | null;
}

export interface NoticeFilter {
  readonly channel: string;
  readonly state?: NoticeRow['state'];
  /** Only those with a smaller id. */
  readonly before?: number;
  readonly limit: number;
}

/** Messages to the outside on their way: events, and what each channel is told of them. */
export interface NoticeStore {
  /** The oldest entries of the outbox, in order. */
  waitingEvents(limit: number): Promise<readonly OutboxEntry[]>;
  /** Puts notices in the place of outbox entries; those that somebody else took meanwhile bring none. */
  routeEvents(events: readonly RoutedEvent[]): Promise<void>;
  /** Channels for which something waits, and when its head is due. */
  waitingChannels(): Promise<readonly { readonly channel: string; readonly dueAt: number }[]>;
  /** The first that wait for a channel, in order. */
  waitingNotices(channel: string, limit: number): Promise<readonly NoticeRow[]>;
  /** Takes notices into flight; false where somebody else was faster. */
  claimNotices(claim: NoticeClaim): Promise<boolean>;
  settleNotices(ids: readonly number[], outcome: NoticeOutcome): Promise<void>;
  /** Newest first. */
  notices(filter: NoticeFilter): Promise<readonly NoticeRow[]>;
  noticeCount(filter: Omit<NoticeFilter, 'limit' | 'before'>): Promise<number>;
  /** Lets a failed one wait again; false where it is none. */
  retryNotice(channel: string, id: number, now: number): Promise<boolean>;
}
