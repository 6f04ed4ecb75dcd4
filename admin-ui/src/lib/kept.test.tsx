import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { readKept, useKept, writeKept } from './kept.ts';

const KEY = 'glidepath-test/1/edits';

afterEach(() => sessionStorage.clear());

test('edits are there again after a reload, until they are let go', () => {
  const before = renderHook(() => useKept<string>(KEY));
  act(() => before.result.current[1]('half a sentence'));
  before.unmount();
  const after = renderHook(() => useKept<string>(KEY));
  expect(after.result.current[0]).toBe('half a sentence');
  act(() => after.result.current[1](null));
  expect(renderHook(() => useKept<string>(KEY)).result.current[0]).toBeNull();
});

test('edits that are too large for the browser fail nothing, and older ones do not come back in their place', () => {
  const storage = smallStorage(20);
  writeKept(storage, KEY, 'short');
  expect(readKept(storage, KEY)).toBe('short');
  writeKept(storage, KEY, 'a text that takes more room than there is');
  expect(readKept(storage, KEY)).toBeNull();
});

/** Refuses values of more characters than it has room for, as browsers do. */
function smallStorage(characters: number): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
    setItem(key, value) {
      if (value.length > characters) throw new DOMException('full', 'QuotaExceededError');
      items.set(key, value);
    },
  };
}
