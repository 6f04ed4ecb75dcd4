import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HoldButton } from './hold-button.tsx';
import { KitProvider } from './kit-provider.tsx';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function show() {
  const onConfirm = vi.fn<() => void>();
  render(
    <KitProvider>
      <HoldButton action="Kill ads in PRODUCTION" label="HOLD TO KILL" onConfirm={onConfirm} />
    </KitProvider>,
  );
  const button = screen.getByRole('button', { name: /^HOLD TO KILL +Kill ads in PRODUCTION/ });
  button.getBoundingClientRect = () => new DOMRect(0, 0, 280, 56);
  return { onConfirm, button };
}

const hold = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const inside = { clientX: 100, clientY: 20, button: 0 };

describe('a button that must be held, with a pointer', () => {
  test('acts on release inside after 0.8 s, and not before the release', () => {
    const { onConfirm, button } = show();
    fireEvent.pointerDown(button, inside);
    hold(1000);
    expect(button.textContent).toContain('Release: Kill ads in PRODUCTION');
    expect(onConfirm).not.toHaveBeenCalled();
    fireEvent.pointerUp(button, inside);
    fireEvent.click(button, { detail: 1 });
    expect(onConfirm).toHaveBeenCalledTimes(1);
  });

  test('does nothing when released early, and says so', () => {
    const { onConfirm, button } = show();
    fireEvent.pointerDown(button, inside);
    hold(300);
    fireEvent.pointerUp(button, inside);
    hold(5000);
    expect(onConfirm).not.toHaveBeenCalled();
    expect(screen.getByRole('status').textContent).toContain('hold until the ring is full');
  });

  test('does nothing when the pointer slides off before the release', () => {
    const { onConfirm, button } = show();
    fireEvent.pointerDown(button, inside);
    hold(1000);
    fireEvent.pointerLeave(button);
    fireEvent.pointerUp(button, inside);
    expect(onConfirm).not.toHaveBeenCalled();
    expect(screen.getByRole('status').textContent).toContain('you left the button');
  });

  test('does nothing when a finger is lifted elsewhere', () => {
    const { onConfirm, button } = show();
    fireEvent.pointerDown(button, inside);
    hold(1000);
    fireEvent.pointerUp(button, { ...inside, clientY: 300 });
    expect(onConfirm).not.toHaveBeenCalled();
  });

  test('ignores the other buttons of a mouse', () => {
    const { onConfirm, button } = show();
    fireEvent.pointerDown(button, { ...inside, button: 2 });
    hold(1000);
    fireEvent.pointerUp(button, { ...inside, button: 2 });
    expect(onConfirm).not.toHaveBeenCalled();
  });
});

describe('a button that must be held, with a keyboard', () => {
  test('takes two steps: Enter arms it and moves the focus, Enter confirms', () => {
    const { onConfirm, button } = show();
    fireEvent.click(button, { detail: 0 });
    const confirm = screen.getByRole('button', { name: 'Confirm: Kill ads in PRODUCTION' });
    expect(document.activeElement).toBe(confirm);
    expect(screen.getByRole('alert').textContent).toContain('Press Enter to confirm or Escape to cancel');
    expect(onConfirm).not.toHaveBeenCalled();
    fireEvent.click(confirm, { detail: 0 });
    expect(onConfirm).toHaveBeenCalledTimes(1);
  });

  test('is cancelled by Escape, and the focus returns', () => {
    const { onConfirm, button } = show();
    fireEvent.click(button, { detail: 0 });
    fireEvent.keyDown(screen.getByRole('button', { name: /^Confirm/ }), { key: 'Escape' });
    expect(onConfirm).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: /Hold for a second/ }));
  });

  test('disarms by itself after ten seconds, unless more time is asked for', () => {
    const { onConfirm, button } = show();
    fireEvent.click(button, { detail: 0 });
    hold(9000);
    fireEvent.click(screen.getByRole('button', { name: 'More time' }));
    hold(9000);
    expect(screen.getByRole('button', { name: /^Confirm/ })).toBeTruthy();
    hold(1500);
    expect(screen.queryByRole('button', { name: /^Confirm/ })).toBeNull();
    expect(onConfirm).not.toHaveBeenCalled();
  });
});
