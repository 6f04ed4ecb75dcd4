import { Button, VisuallyHidden } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useEffect, useReducer, useRef } from 'react';
import classes from './hold-button.module.css';
import { ARMED_MS, HOLD_MS, type HoldEvent, type HoldNote, type HoldState, nextHold } from './hold-gesture.ts';
import { kitMessages as m } from './messages.ts';

export interface HoldButtonProps {
  /** What it does, as a verb with its object: `Kill ads-v3 in PRODUCTION`. */
  readonly action: string;
  /** What is written on it; the action is said beside it where it differs. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
}

interface Held {
  readonly hold: HoldState;
  /** Counts firings, so that an effect sees each of them once. */
  readonly fired: number;
}

function reduce(held: Held, event: HoldEvent): Held {
  const step = nextHold(held.hold, event);
  return { hold: step.state, fired: held.fired + (step.fires ? 1 : 0) };
}

/**
 * A button that acts only on a deliberate gesture. By pointer: press, wait until the ring is full, release inside.
 * By keyboard or screen reader: activate it, then activate the confirmation that takes the focus.
 */
export function HoldButton({ action, label, disabled = false, onConfirm }: HoldButtonProps) {
  const [{ hold, fired }, send] = useReducer(reduce, { hold: { kind: 'idle', note: null }, fired: 0 });
  const button = useRef<HTMLButtonElement>(null);
  const wasArmed = useRef(false);
  const confirm = useRef(onConfirm);
  confirm.current = onConfirm;

  useEffect(() => {
    if (fired > 0) confirm.current();
  }, [fired]);

  useEffect(() => {
    if (hold.kind !== 'pressing') return;
    const timer = setTimeout(() => send({ kind: 'held' }), HOLD_MS);
    return () => clearTimeout(timer);
  }, [hold.kind]);

  useEffect(() => {
    if (hold.kind === 'idle' && wasArmed.current) button.current?.focus();
    wasArmed.current = hold.kind === 'armed';
  }, [hold.kind]);

  if (hold.kind === 'armed') return <Armed action={action} send={send} />;
  return (
    <div className={classes.root}>
      <button
        ref={button}
        type="button"
        className={classes.button}
        data-phase={hold.kind}
        disabled={disabled}
        onPointerDown={(event) => {
          if (event.button === 0) send({ kind: 'press' });
        }}
        onPointerUp={(event) => send({ kind: 'release', inside: isInside(event) })}
        onPointerLeave={() => send({ kind: 'interrupt' })}
        onPointerCancel={() => send({ kind: 'interrupt' })}
        onContextMenu={(event) => event.preventDefault()}
        onClick={(event) => {
          // Keyboards and screen readers click without a pointer.
          if (event.detail === 0) send({ kind: 'arm' });
        }}
      >
        <Ring />
        <span>{hold.kind === 'ready' ? m.hold.release(action) : label}</span>
        <VisuallyHidden> {m.hold.hint(label === action ? null : action)}</VisuallyHidden>
      </button>
      <output className={classes.note}>{noteOf(hold)}</output>
    </div>
  );
}

/** Touch keeps its events on the element where it began, so the place of the release is measured. */
function isInside(event: PointerEvent<HTMLButtonElement>): boolean {
  const box = event.currentTarget.getBoundingClientRect();
  return (
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
  );
}

function noteOf(hold: HoldState): string {
  return hold.kind === 'idle' && hold.note !== null ? m.hold.notes[hold.note satisfies HoldNote] : '';
}

function Ring() {
  return (
    <svg className={classes.ring} viewBox="0 0 24 24" aria-hidden="true">
      <circle className={classes.track} cx="12" cy="12" r="9" />
      <circle className={classes.fill} cx="12" cy="12" r="9" pathLength={1} />
    </svg>
  );
}

function Armed({ action, send }: { readonly action: string; readonly send: (event: HoldEvent) => void }) {
  const confirm = useRef<HTMLButtonElement>(null);
  const [round, extend] = useReducer((count: number) => count + 1, 0);

  useEffect(() => confirm.current?.focus(), []);
  useEffect(() => {
    // Each round starts the time anew.
    if (round < 0) return;
    const timer = setTimeout(() => send({ kind: 'expire' }), ARMED_MS);
    return () => clearTimeout(timer);
  }, [send, round]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    send({ kind: 'cancel' });
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape from any of the buttons inside cancels.
    <div className={classes.armed} onKeyDown={onKeyDown}>
      <VisuallyHidden role="alert">{m.hold.armed(action, ARMED_MS / 1000)}</VisuallyHidden>
      <button
        ref={confirm}
        type="button"
        className={classes.button}
        data-phase="armed"
        onClick={() => send({ kind: 'confirm' })}
      >
        {m.hold.confirm(action)}
      </button>
      <div className={classes.choices}>
        <Button variant="subtle" color="gray" onClick={() => send({ kind: 'cancel' })}>
          {m.hold.cancel}
        </Button>
        <Button variant="subtle" color="gray" onClick={extend}>
          {m.hold.moreTime}
        </Button>
      </div>
    </div>
  );
}
