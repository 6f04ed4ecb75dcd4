import { describe, expect, test } from 'vitest';
import type { UserContext } from '../../lib/user-context.ts';
import { type AttributeRow, type AttributeType, readRows, rowsOf } from './attribute-rows.ts';

test.for<[unknown, AttributeType, string]>([
  ['RO', 'text', 'RO'],
  ['', 'text', ''],
  [40, 'number', '40'],
  [true, 'boolean', 'true'],
  [['beta', 'staff'], 'list', 'beta, staff'],
  [['a, b'], 'json', '["a, b"]'],
  [[1, 2], 'json', '[1,2]'],
  [[], 'json', '[]'],
  [{ city: 'Cluj' }, 'json', '{"city":"Cluj"}'],
  [null, 'json', 'null'],
])('the value %j is edited as %s “%s”, and is the same afterwards', ([value, type, text]) => {
  const context = { key: 'u', attribute: value } as UserContext;
  const rows = rowsOf(context);
  expect(rows).toEqual([{ name: 'attribute', type, text }]);
  expect(readRows('u', rows ?? [])).toEqual({ kind: 'context', context });
});

test.for<UserContext>([{ kind: 'org', key: 'acme' }, { key: 7 }, { user: { key: 'u' }, org: { key: 'o' } }])(
  'the context %j has no rows: it is edited as JSON',
  (context) => {
    expect(rowsOf(context)).toBeNull();
  },
);

describe('rows', () => {
  const row = (type: AttributeType, text: string, name = 'a'): AttributeRow => ({ name, type, text });

  test('whose text means nothing are named by their places', () => {
    const rows = [row('number', '12'), row('number', 'twelve'), row('json', '{'), row('boolean', 'yes')];
    expect(readRows('u', rows)).toEqual({ kind: 'unreadable', rows: [1, 2, 3] });
  });

  test('without a name do not count', () => {
    expect(readRows('u', [row('number', 'twelve', '')])).toEqual({ kind: 'context', context: { key: 'u' } });
  });

  test('without a key make a context without one', () => {
    expect(readRows('', [row('text', 'RO')])).toEqual({ kind: 'context', context: { a: 'RO' } });
  });
});
