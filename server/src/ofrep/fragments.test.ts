import type { FlagItem, Json } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import type { Audience } from '../served/flag-sets.ts';
import { etagOf } from './etag.ts';
import { answersOf, textOf } from './fragments.ts';

function flag(body: Partial<FlagItem['body']> = {}, key = 'flag'): FlagItem {
  return {
    kind: 'flag',
    key,
    rev: 3,
    body: {
      schema: 1,
      type: 'string',
      variations: [
        { key: 'quote', value: '"}}' },
        { key: 'other', value: '' },
      ],
      on: true,
      salt: key,
      off: 1,
      prerequisites: [],
      targets: [],
      rules: [],
      fallthrough: { variation: 0 },
      ...body,
    },
  };
}

function answerOf(item: FlagItem, audience: Audience = 'everything') {
  const environment = openEnvironment([item], {});
  return answersOf(item).fragmentOf(environment.evaluate<Json>(item.key, null, null), audience);
}

describe('the text of an answer', () => {
  test('is JSON at every version, whatever the value and the metadata are', () => {
    const item = flag({
      metadata: { '"}}': '"environmentVersion":', environmentVersion: 'mine', notBucketed: 'mine' },
    });
    expect(JSON.parse(textOf(answerOf(item), 7))).toEqual({
      key: 'flag',
      reason: 'STATIC',
      value: '"}}',
      variant: 'quote',
      metadata: { '"}}': '"environmentVersion":', flagVersion: 3, environmentVersion: 7 },
    });
  });

  test('is made once for everybody who gets the same', () => {
    const item = flag({
      fallthrough: {
        split: {
          ranges: [
            [50_000, 0],
            [100_000, 1],
          ],
        },
      },
    });
    const environment = openEnvironment([item], {});
    const answers = answersOf(item);
    const fragments = Array.from({ length: 1_000 }, (_, user) =>
      answers.fragmentOf(environment.evaluate<Json>('flag', { key: `u${user}` }, null), 'everything'),
    );
    expect(new Set(fragments).size).toBe(2);
  });

  test('of a flag that cannot be read is a failure that says so', () => {
    const fragment = answerOf(flag({ schema: 99 }));
    expect(JSON.parse(textOf(fragment, 7))).toEqual({
      key: 'flag',
      errorCode: 'PARSE_ERROR',
      errorDetails: expect.stringContaining('schema'),
    });
  });
});

test('pages learn nothing of the rules behind a flag that cannot be evaluated', () => {
  const secret = flag({ prerequisites: [{ flag: 'secret-plan', variations: ['on'] }] });
  expect(answerOf(secret).text).toContain('secret-plan');
  expect(JSON.parse(answerOf(secret, 'client-side').text)).toEqual({
    key: 'flag',
    errorCode: 'PARSE_ERROR',
    errorDetails: 'the flag cannot be evaluated',
  });
});

describe('an ETag', () => {
  const [a, b] = [answerOf(flag({}, 'a')), answerOf(flag({}, 'b'))];

  test('does not depend on the order of the flags, which differs between replicas', () => {
    expect(etagOf([a, b], 0)).toBe(etagOf([b, a], 0));
  });

  test('differs with every outcome, and with every ten minutes', () => {
    const other = answerOf(flag({ on: false }, 'b'));
    const all = [etagOf([], 0), etagOf([a], 0), etagOf([a, b], 0), etagOf([a, other], 0), etagOf([a, b], 600_000)];
    expect(new Set(all).size).toBe(all.length);
    expect(etagOf([a, b], 599_999)).toBe(etagOf([a, b], 0));
  });
});
