import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { useFlag, useFlagDetail, useFlagsStatus, useSuspenseFlag, useTrack } from './react.ts';
import { TestFlagsProvider } from './react-testing.ts';

const Checkout = (): ReactElement => {
  useTrack()('seen');
  return (
    <i>
      {String(useFlag('new-checkout', false))} {useSuspenseFlag('page-size', 20)} {String(useFlagsStatus().ready)}
    </i>
  );
};
const Typo = (): ReactElement => <i>{useFlagDetail('new-chekout', 'nothing').value}</i>;

const textOf = (element: ReactElement): string => renderToString(element).replaceAll(/<[^>]*>/g, '');

describe('components in a test', () => {
  test('see the values that the test gives, at once', () => {
    const text = textOf(
      <TestFlagsProvider flags={{ 'new-checkout': true, 'page-size': 50 }}>
        <Checkout />
      </TestFlagsProvider>,
    );
    expect(text).toBe('true 50 true');
  });

  test('throw for a flag that was not given, naming the nearest', () => {
    const element = (
      <TestFlagsProvider flags={{ 'new-checkout': true }}>
        <Typo />
      </TestFlagsProvider>
    );
    expect(() => renderToString(element)).toThrow('Unknown flag "new-chekout". Did you mean "new-checkout"?');
  });

  test('show fallbacks instead, where that is asked for', () => {
    const text = textOf(
      <TestFlagsProvider strict={false}>
        <Typo />
      </TestFlagsProvider>,
    );
    expect(text).toBe('nothing');
  });
});
