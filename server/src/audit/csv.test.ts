import { describe, expect, test } from 'vitest';
import { csvLineOf } from './csv.ts';

const view = {
  seq: 7,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'member:m1',
  origin: 'ui',
  action: 'change-flag',
  project: 'shop',
  changeId: 'c1',
  environments: [
    { key: 'production', from: 3, to: 4 },
    { key: 'staging', from: 9, to: 9 },
  ],
  content: { comment: 'a "quoted"\nline' },
  hash: 'abc',
};

describe('a line of the exported audit log', () => {
  test('quotes what needs it', () => {
    expect(csvLineOf(view)).toBe(
      '7,2026-01-01T00:00:00.000Z,member:m1,ui,change-flag,shop,c1,production 3→4; staging 9→9,' +
        '"{""comment"":""a \\""quoted\\""\\nline""}",abc\r\n',
    );
  });

  test.for(['=1+1', '+1', '-1', '@x', '\tx'])('makes the formula %j text', (actor) => {
    expect(csvLineOf({ ...view, actor })).toContain(`,'${actor},`);
  });
});
