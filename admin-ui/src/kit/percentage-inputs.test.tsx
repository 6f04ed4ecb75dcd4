import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { KitProvider } from './kit-provider.tsx';
import { PercentageInputs } from './percentage-inputs.tsx';

afterEach(cleanup);

function Held({ initial }: { readonly initial: Readonly<Record<string, string>> }) {
  const [texts, setTexts] = useState(initial);
  return <PercentageInputs texts={texts} onChange={setTexts} />;
}

function show(initial: Readonly<Record<string, string>>) {
  render(
    <KitProvider>
      <Held initial={initial} />
    </KitProvider>,
  );
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(`Percentage of ${name}`);
const type = (name: string, text: string) => fireEvent.change(field(name), { target: { value: text } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const verdict = () => screen.getByRole('status').textContent;

describe('percentages of variations', () => {
  test('that sum to 99 % say so at once', () => {
    show({ on: '25', off: '75' });
    expect(verdict()).toBe('= 100 % ✓');
    type('off', '74');
    expect(verdict()).toBe('= 99 % The percentages must sum to 100 %.');
  });

  test('are summed exactly, to the thousandth', () => {
    show({ a: '33.333', b: '33.333', c: '33.334' });
    expect(verdict()).toBe('= 100 % ✓');
    type('c', '33.333');
    expect(verdict()).toContain('= 99.999 %');
  });

  test('stay as they were typed, also when they make no sense', () => {
    show({ on: '25', off: '75' });
    type('on', '2x');
    expect(field('on').value).toBe('2x');
    expect(verdict()).toContain('a number from 0 to 100');
  });

  test('can be made equal without a remainder getting lost', () => {
    show({ a: '0', b: '0', c: '0' });
    press('Make equal');
    expect([field('a').value, field('b').value, field('c').value]).toEqual(['33.334', '33.333', '33.333']);
    expect(verdict()).toBe('= 100 % ✓');
  });

  test('are completed from the largest other one', () => {
    show({ on: '25', off: '90' });
    press('Take from largest');
    expect([field('on').value, field('off').value]).toEqual(['25', '75']);
  });
});
