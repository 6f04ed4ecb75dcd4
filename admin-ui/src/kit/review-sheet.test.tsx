import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { frictionOf } from '../lib/friction.ts';
import { KitProvider } from './kit-provider.tsx';
import { type Forecast, ReviewSheet } from './review-sheet.tsx';

afterEach(cleanup);

const production = { key: 'production', name: 'Production', critical: true };
const staging = { key: 'staging', name: 'Staging', critical: false };

interface Situation {
  readonly environment?: typeof production;
  readonly towardSafe?: boolean;
  readonly before?: number;
  readonly after?: number;
}

function review({ environment = production, towardSafe = false, before = 0.1, after = 0.15 }: Situation) {
  const onConfirm = vi.fn<(comment: string) => void>();
  const { critical } = environment;
  const forecast: Forecast = {
    kind: 'ready',
    summary: ['serves `on` to 15 % of everyone else'],
    before: ['Everyone: `on` 10 %'],
    after: ['Everyone: `on` 15 %'],
    towardSafe,
    friction: frictionOf({ critical, towardSafe, exposure: { before, after } }),
  };
  render(
    <KitProvider still>
      <ReviewSheet
        opened
        onClose={() => {}}
        environment={environment}
        flagKey="new-checkout"
        action={critical ? 'Save to PRODUCTION' : 'Save to Staging'}
        forecast={forecast}
        sending={false}
        onConfirm={onConfirm}
      />
    </KitProvider>,
  );
  return { onConfirm };
}

const save = () => fireEvent.click(screen.getByRole('button', { name: /^Save to/ }));
const comment = (text: string) => fireEvent.change(screen.getByLabelText(/^Comment/), { target: { value: text } });

test('shows what changes and who gets what before and after', () => {
  review({});
  expect(screen.getByRole('list', { name: 'What changes' }).textContent).toContain('15 % of everyone else');
  const lines = screen.getAllByRole('listitem').map((line) => line.textContent);
  expect(lines).toContain('−Removed: Everyone: on 10 %');
  expect(lines).toContain('+Added: Everyone: on 15 %');
});

describe('a change away from safe in a critical environment', () => {
  test('is not sent without a comment', () => {
    const { onConfirm } = review({});
    save();
    expect(onConfirm).not.toHaveBeenCalled();
    expect(screen.getByText(/Say why/)).toBeTruthy();
    comment('second stage');
    save();
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith('second stage');
  });

  test('that reaches far more people is not sent before the key is typed exactly', () => {
    const { onConfirm } = review({ before: 0.1, after: 0.6 });
    comment('everybody');
    save();
    const field = screen.getByLabelText(/Type new-checkout to confirm/);
    fireEvent.change(field, { target: { value: 'New-Checkout' } });
    save();
    expect(onConfirm).not.toHaveBeenCalled();
    fireEvent.change(field, { target: { value: 'new-checkout' } });
    save();
    expect(onConfirm).toHaveBeenCalledTimes(1);
  });

  test('that is a small step does not ask for the key', () => {
    review({ before: 0.1, after: 0.15 });
    expect(screen.queryByLabelText(/Type new-checkout/)).toBeNull();
  });
});

test('a change toward safe in a critical environment asks for a held button and nothing else', () => {
  const { onConfirm } = review({ towardSafe: true, before: 0.5, after: 0 });
  fireEvent.click(screen.getByRole('button', { name: /^Save to PRODUCTION/ }), { detail: 0 });
  fireEvent.click(screen.getByRole('button', { name: 'Confirm: Save to PRODUCTION' }), { detail: 0 });
  expect(onConfirm).toHaveBeenCalledExactlyOnceWith('');
});

test('elsewhere one click saves', () => {
  const { onConfirm } = review({ environment: staging, before: 0, after: 1 });
  save();
  expect(onConfirm).toHaveBeenCalledExactlyOnceWith('');
});
