import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { frictionOf } from '../lib/friction.ts';
import { KitProvider } from './kit-provider.tsx';
import { type Forecast, type ReadyForecast, ReviewSheet } from './review-sheet.tsx';

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

describe('a forecast that did not come', () => {
  function reviewWithout(standIn: ReadyForecast | null) {
    const onConfirm = vi.fn<(comment: string) => void>();
    render(
      <KitProvider still>
        <ReviewSheet
          opened
          onClose={() => {}}
          environment={production}
          flagKey="new-checkout"
          action="Save to PRODUCTION"
          forecast={{ kind: 'failed', error: new Error('no answer'), retry: () => {}, standIn }}
          sending={false}
          onConfirm={onConfirm}
        />
      </KitProvider>,
    );
    return onConfirm;
  }

  test('holds back a change away from safe', () => {
    reviewWithout(null);
    expect(screen.getByText(/so it cannot be saved/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Save to/ })).toBeNull();
  });

  test('does not hold back a change toward safe', () => {
    const onConfirm = reviewWithout({
      kind: 'ready',
      summary: ['turned off in production'],
      before: ['Everyone gets `on`.'],
      after: ['Off: everyone gets `off`.'],
      towardSafe: true,
      friction: frictionOf({ critical: true, towardSafe: true, exposure: { before: 1, after: 0 } }),
    });
    fireEvent.click(screen.getByRole('button', { name: /^Save to PRODUCTION/ }), { detail: 0 });
    fireEvent.click(screen.getByRole('button', { name: 'Confirm: Save to PRODUCTION' }), { detail: 0 });
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith('');
  });
});

test('shows the same difference in words, value by value and as JSON', () => {
  const views = { before: { on: true, rules: [] }, after: { on: false, rules: [] } };
  render(
    <KitProvider still>
      <ReviewSheet
        opened
        onClose={() => {}}
        environment={staging}
        flagKey="new-checkout"
        action="Save to Staging"
        forecast={{
          kind: 'ready',
          summary: [],
          before: ['Everyone gets `on`.'],
          after: ['Off: everyone gets `off`.'],
          towardSafe: true,
          friction: frictionOf({ critical: false, towardSafe: true, exposure: { before: 1, after: 0 } }),
          details: { heading: 'new-checkout · v1 → v2', sections: [], documents: views },
        }}
        sending={false}
        onConfirm={() => {}}
      />
    </KitProvider>,
  );
  expect(screen.getByText('new-checkout · v1 → v2')).toBeTruthy();
  fireEvent.click(screen.getByLabelText('Structured'));
  expect(screen.getByRole('row', { name: 'on true false' })).toBeTruthy();
  fireEvent.click(screen.getByLabelText('JSON'));
  const lines = screen.getAllByRole('listitem').map((line) => line.textContent);
  expect(lines).toContain('−Removed:   "on": true,');
  expect(lines).toContain('+Added:   "on": false,');
});
