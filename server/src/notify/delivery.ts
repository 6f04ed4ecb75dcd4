import type { Vault } from '../auth/vault.ts';
import type { Clock, Random, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Outbound, OutboundRequest } from '../outbound/outbound.ts';
import type { NoticeOutcome, NoticeRow } from '../store/notices.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { ChannelBody } from './channel.ts';
import { addressOf, secretOf } from './channel-secrets.ts';
import { MOST_LISTED, nextMessage } from './grouping.ts';
import { notifiers } from './notifiers/index.ts';
import { type Attempted, outcomeOf } from './outcome.ts';
import { routeWaiting } from './routing-engine.ts';
import { tellingOf } from './telling.ts';

export interface DeliveryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly outbound: Outbound;
  readonly vault: Vault;
  readonly publicUrl: string | null;
  readonly hasButtons: boolean;
}

export interface ChannelDelivery {
  /** Looks now for what can be delivered. */
  wake(): void;
  close(): Promise<void>;
}

/** Longer than an attempt takes: whoever has not told its end by then has broken off. */
const LEASE_MS = 30_000;
/** Looks again after so long though nobody has called: another replica may have broken off. */
const IDLE_MS = 30_000;
const TROUBLE_MS = 5_000;

/**
 * Tells channels what happens, in order, each at its own pace. Everything that is to be told stands in the database
 * from the transaction that made it happen to the answer of the receiver; several replicas share the work.
 */
export function openDelivery(options: DeliveryOptions): ChannelDelivery {
  const { store, clock, logger } = options;
  const busy = new Map<string, Promise<void>>();
  let passing: Promise<void> | null = null;
  let isCalled = false;
  let isClosed = false;
  let timer: Timer | null = null;

  /** Several calls at once come to one pass after the present one. */
  function wake(): void {
    isCalled = true;
    passing ??= passes().finally(() => {
      passing = null;
    });
  }

  async function passes(): Promise<void> {
    while (isCalled && !isClosed) {
      isCalled = false;
      await guarded(async () => {
        await routeWaiting(store, logger);
        for (const { channel, dueAt } of await store.waitingChannels()) if (dueAt <= clock.now()) begin(channel);
        await arm();
      });
    }
  }

  function begin(channel: string): void {
    if (busy.has(channel) || isClosed) return;
    const serving = guarded(() => serve(channel)).finally(() => {
      busy.delete(channel);
      if (!isClosed) void guarded(arm);
    });
    busy.set(channel, serving);
  }

  async function serve(channel: string): Promise<void> {
    while (!isClosed && (await deliverNext(channel, options)));
  }

  /** Sleeps until the next message is due. What is due already and was left is not waited for. */
  async function arm(): Promise<void> {
    const now = clock.now();
    const waiting = await store.waitingChannels();
    const next = Math.min(now + IDLE_MS, ...waiting.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now));
    wakeIn(next - now);
  }

  function wakeIn(delayMs: number): void {
    timer?.cancel();
    if (!isClosed) timer = clock.setTimer(wake, delayMs);
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isClosed) return;
      logger.warn({ err: error }, 'messages to channels have to wait');
      wakeIn(TROUBLE_MS);
    }
  }

  const unwatch = store.watch(wake);
  wake();
  return {
    wake,
    async close() {
      isClosed = true;
      unwatch();
      timer?.cancel();
      await Promise.all([passing, ...busy.values()]);
    },
  };
}

/** Delivers the next message of a channel; false where there is none to deliver now. */
async function deliverNext(channelId: string, options: DeliveryOptions): Promise<boolean> {
  const { store, clock, random, outbound } = options;
  const waiting = await store.waitingNotices(channelId, MOST_LISTED + 1);
  const notices = nextMessage(waiting);
  const [head] = notices;
  if (!head || head.dueAt > clock.now()) return false;
  const channel = await store.documentById<ChannelBody>('channel', channelId);
  const settle = (outcome: NoticeOutcome) => store.settleNotices(idsOf(notices), outcome);
  if (channel === null) {
    await settle(failedNow(head.doubts, clock.now(), 'the channel was removed'));
    return true;
  }
  if (!channel.body.isEnabled) return false;
  if (!(await store.claimNotices({ notices, until: clock.now() + LEASE_MS }))) return false;

  const attempted = attemptOn(head);
  if (attempted.doubts > 1) {
    await settle(failedNow(attempted.doubts, clock.now(), 'nobody knows whether it arrived: broken off twice'));
    return true;
  }
  const request = await requestOf(channel, notices, attempted.doubts > 0, options);
  if (request === null) {
    await settle(failedNow(attempted.doubts, clock.now(), 'this message could not be made'));
    return true;
  }
  const answer = await outbound.send(request);
  await settle(outcomeOf(answer, attempted, clock.now(), random));
  return true;
}

/** An attempt whose end nobody has told may have sent the message. */
function attemptOn({ attempts, doubts, isInFlight, at }: NoticeRow): Attempted {
  return { attempts: attempts + 1, doubts: isInFlight ? doubts + 1 : doubts, at };
}

function failedNow(doubts: number, now: number, lastError: string): NoticeOutcome {
  return { state: 'failed', doubts, dueAt: now, settledAt: now, lastError };
}

/** Null where it cannot be made: the others of the channel must not wait for it for ever. */
async function requestOf(
  { key, body }: StoredDocument<ChannelBody>,
  notices: readonly NoticeRow[],
  isRepeated: boolean,
  { store, clock, vault, logger, publicUrl, hasButtons }: DeliveryOptions,
): Promise<OutboundRequest | null> {
  const telling = await tellingOf(notices, isRepeated, { reads: store, publicUrl, hasButtons, at: clock.now() });
  try {
    return notifiers[body.kind].requestOf({
      telling,
      address: addressOf(key, body, vault),
      secret: secretOf(key, body, vault),
      id: `msg_${key}_${notices[0]?.id}`,
    });
  } catch (error) {
    logger.error({ err: error, channel: key }, 'a message could not be made');
    return null;
  }
}

function idsOf(notices: readonly NoticeRow[]): readonly number[] {
  return notices.map(({ id }) => id);
}
