import { describe, expect, test } from 'vitest';
import { RefusedError } from '../errors.ts';
import { createTurns } from './turns.ts';

const HERE = new AbortController().signal;

/** Pieces of work that go on until they are told to end, and what has begun so far. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
    });
  const end = async (name: string, error?: Error) => {
    await expect.poll(() => ends.has(name)).toBe(true);
    ends.get(name)?.(error);
  };
  return { begun, work, end };
}

describe('turns', () => {
  test('come one after the other, in the order of asking, also after one that failed', async () => {
    const turns = createTurns({ mostWaiting: 3, what: 'plans' });
    const { begun, work, end } = works();
    const answers = ['a', 'b', 'c'].map((name) => turns.take('shop', HERE, work(name)));
    const failed = expect(answers[1]).rejects.toThrow('broken');
    await end('a');
    expect(await answers[0]).toBe('a');
    await end('b', new Error('broken'));
    await failed;
    expect(begun.slice(0, 2)).toEqual(['a', 'b']);
    await end('c');
    expect(await answers[2]).toBe('c');
    const later = turns.take('shop', HERE, work('d'));
    await end('d');
    expect(await later).toBe('d');
  });

  test('of one name keep no other waiting', async () => {
    const turns = createTurns({ mostWaiting: 0, what: 'plans' });
    const { work, end } = works();
    const first = turns.take('shop', HERE, work('shop'));
    const other = turns.take('blog', HERE, work('blog'));
    await end('blog');
    expect(await other).toBe('blog');
    await end('shop');
    expect(await first).toBe('shop');
  });

  test('are refused where too many wait already, with the seconds after which to try again', async () => {
    const turns = createTurns({ mostWaiting: 1, what: 'plans' });
    const { begun, work, end } = works();
    const answers = ['a', 'b'].map((name) => turns.take('shop', HERE, work(name)));
    const refused = await turns.take('shop', HERE, work('c')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect((refused as RefusedError).refusal).toMatchObject({ code: 'too-many-requests', retryAfter: 5 });
    await end('a');
    await end('b');
    expect(await Promise.all(answers)).toEqual(['a', 'b']);
    expect(begun).toEqual(['a', 'b']);
  });

  test('are not kept for who is gone', async () => {
    const turns = createTurns({ mostWaiting: 1, what: 'plans' });
    const { begun, work, end } = works();
    const first = turns.take('shop', HERE, work('a'));
    const caller = new AbortController();
    const left = expect(turns.take('shop', caller.signal, work('b'))).rejects.toThrow('time was over');
    caller.abort();
    await left;
    const third = turns.take('shop', HERE, work('c'));
    await end('a');
    await end('c');
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
    expect(begun).toEqual(['a', 'c']);
  });
});
