import type { Delivery } from '@glidepath/server/api-types';
import { clockTime } from '../lib/time.ts';
import { kitMessages as m } from './messages.ts';
import classes from './propagation.module.css';

/** How far a change has come. Nothing is claimed before the server has committed it. */
export type Propagation =
  | { readonly kind: 'sending' }
  | {
      readonly kind: 'committed';
      /** Milliseconds since epoch, the server's. */
      readonly at: number;
      /** Null until the first report, and where the change reaches no SDK. */
      readonly delivery: Delivery | null;
      /** Whether it takes suspiciously long. */
      readonly slow: boolean;
    };

/** Always three facts: committed when, applied by how many of how many, and who still has the old state. */
export function PropagationLine({ propagation }: { readonly propagation: Propagation }) {
  return (
    <output className={classes.line} data-done={isDone(propagation)}>
      <Ring propagation={propagation} />
      <span>{propagationWords(propagation).join(' · ')}</span>
    </output>
  );
}

/** The same line as plain text: for the screen, for screen readers and for copying. */
export function propagationWords(propagation: Propagation): string[] {
  if (propagation.kind === 'sending') return [m.propagation.sending];
  const committed = m.propagation.committed(clockTime(propagation.at));
  const { delivery } = propagation;
  if (delivery === null) return [committed];
  return [committed, appliedWords(delivery, propagation.slow), stragglerWords(delivery), ...sideWords(delivery)];
}

/** By how many of how many, and how fast. */
export function appliedWords(delivery: Delivery, slow: boolean): string {
  if (delivery.connected === 0) return m.propagation.nobody;
  if (!delivery.complete && slow) return m.propagation.slow(delivery.applied, delivery.connected);
  const applied = m.propagation.applied(delivery.applied, delivery.connected);
  return delivery.slowestMs === null ? applied : `${applied} ${m.propagation.in(delivery.slowestMs)}`;
}

function stragglerWords(delivery: Delivery): string {
  if (delivery.stragglers.length === 0) return m.propagation.noneOld;
  const names = delivery.stragglers.map((straggler) => {
    const name = straggler.application ?? straggler.instance ?? m.propagation.unnamed;
    return straggler.silentMs < 1000
      ? name
      : `${name} (${m.propagation.silent(Math.round(straggler.silentMs / 1000))})`;
  });
  return m.propagation.stillOld(names.join(', '));
}

function sideWords(delivery: Delivery): string[] {
  return [
    ...(delivery.gone > 0 ? [m.propagation.gone(delivery.gone)] : []),
    ...(delivery.browsers.connected > 0
      ? [m.propagation.browsers(delivery.browsers.applied, delivery.browsers.connected)]
      : []),
    ...(delivery.pollers > 0 ? [m.propagation.pollers(delivery.pollers)] : []),
  ];
}

function isDone(propagation: Propagation): boolean {
  return propagation.kind === 'committed' && (propagation.delivery?.complete ?? false);
}

function Ring({ propagation }: { readonly propagation: Propagation }) {
  const share =
    propagation.kind === 'committed' && propagation.delivery && propagation.delivery.connected > 0
      ? propagation.delivery.applied / propagation.delivery.connected
      : isDone(propagation)
        ? 1
        : 0;
  return (
    <svg className={classes.ring} viewBox="0 0 20 20" aria-hidden="true">
      <circle className={classes.track} cx="10" cy="10" r="7.5" />
      <circle className={classes.fill} cx="10" cy="10" r="7.5" pathLength={1} strokeDashoffset={1 - share} />
      {isDone(propagation) && <path className={classes.tick} d="M6.500 10.300l2.300 2.300 4.700-5" />}
    </svg>
  );
}
