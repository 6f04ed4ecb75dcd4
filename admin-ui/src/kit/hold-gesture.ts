/** How long a press must last before its release counts. */
export const HOLD_MS = 800;
/** How long the keyboard's confirmation stays open. */
export const ARMED_MS = 10_000;

/** Why nothing happened, to be said to the person. */
export type HoldNote = 'released-early' | 'slid-off' | 'cancelled' | 'expired';

export type HoldState =
  | { readonly kind: 'idle'; readonly note: HoldNote | null }
  | { readonly kind: 'pressing' }
  /** Held long enough: releasing inside fires. */
  | { readonly kind: 'ready' }
  /** The keyboard's way: waits for a second, explicit confirmation. */
  | { readonly kind: 'armed' };

export type HoldEvent =
  | { readonly kind: 'press' }
  | { readonly kind: 'held' }
  | { readonly kind: 'release'; readonly inside: boolean }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'arm' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'expire' };

export interface HoldStep {
  readonly state: HoldState;
  readonly fires: boolean;
}

const idle = (note: HoldNote | null): HoldStep => ({ state: { kind: 'idle', note }, fires: false });
const fire: HoldStep = { state: { kind: 'idle', note: null }, fires: true };

/** The gesture, pure. It fires on release, never at the end of the timer, so that sliding off always saves you. */
export function nextHold(state: HoldState, event: HoldEvent): HoldStep {
  switch (state.kind) {
    case 'idle':
      return whenIdle(state, event);
    case 'pressing':
    case 'ready':
      return whenPressed(state, event);
    case 'armed':
      return whenArmed(state, event);
    default:
      return unreachable(state);
  }
}

function whenIdle(state: HoldState, event: HoldEvent): HoldStep {
  if (event.kind === 'press') return { state: { kind: 'pressing' }, fires: false };
  if (event.kind === 'arm') return { state: { kind: 'armed' }, fires: false };
  return { state, fires: false };
}

function whenPressed(state: HoldState, event: HoldEvent): HoldStep {
  if (event.kind === 'held') return { state: { kind: 'ready' }, fires: false };
  if (event.kind === 'interrupt') return idle('slid-off');
  if (event.kind !== 'release') return { state, fires: false };
  if (!event.inside) return idle('slid-off');
  return state.kind === 'ready' ? fire : idle('released-early');
}

function whenArmed(state: HoldState, event: HoldEvent): HoldStep {
  if (event.kind === 'confirm') return fire;
  if (event.kind === 'cancel') return idle('cancelled');
  if (event.kind === 'expire') return idle('expired');
  return { state, fires: false };
}

function unreachable(state: never): never {
  throw new Error(`unknown state ${JSON.stringify(state)}`);
}
