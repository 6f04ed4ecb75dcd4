import { describe, expect, test, vi } from 'vitest';
import { createPinnedUserStore, MOST_PINNED } from './pinned-users.ts';

const PLACE = 'pinned';

function aStore(text?: string) {
  const kept = new Map<string, string>(text === undefined ? [] : [[PLACE, text]]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const events = new EventTarget();
  return { store: createPinnedUserStore(PLACE, storage, events), storage, events };
}

const ana = { name: 'Ana', context: { key: '8842', country: 'RO' } };

describe('pinned users', () => {
  test('are kept, told to whoever listens, and read by the next page', () => {
    const { store, storage, events } = aStore();
    const listener = vi.fn();
    const stop = store.subscribe(listener);
    store.pin(ana);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(createPinnedUserStore(PLACE, storage, events).read()).toEqual([ana]);
    stop();
    store.unpin('Ana');
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.read()).toEqual([]);
  });

  test('stay the same list while nothing changes', () => {
    const { store } = aStore(JSON.stringify([ana]));
    expect(store.read()).toBe(store.read());
  });

  test('replace one of the same name in its place', () => {
    const { store } = aStore(JSON.stringify([ana, { name: 'Radu', context: { key: '7' } }]));
    store.pin({ name: 'Ana', context: { key: '8842', country: 'DE' } });
    expect(store.read().map(({ name, context }) => [name, context['country']])).toEqual([
      ['Ana', 'DE'],
      ['Radu', undefined],
    ]);
  });

  test('are never more than a preview can take', () => {
    const { store } = aStore();
    for (let i = 0; i <= MOST_PINNED; i += 1) store.pin({ name: `u${i}`, context: { key: `u${i}` } });
    expect(store.read()).toHaveLength(MOST_PINNED);
  });

  test.for(['not JSON', '{}', 'null', '[1, {"name": 1, "context": {}}, {"name": "a", "context": []}]'])(
    'that were written by something else (%s) are nobody',
    (text) => {
      expect(aStore(text).store.read()).toEqual([]);
    },
  );
});
