import type { ToldReason } from '@glidepath/core';
import { expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClientOptions } from './types.ts';

const RULE: ToldReason = { kind: 'RULE_MATCH', ruleId: 'staff', ruleIndex: 0, openFeature: 'TARGETING_MATCH' };
const OTHERS: ToldReason = { kind: 'FALLTHROUGH', openFeature: 'DEFAULT' };

function opened(options: Partial<BrowserClientOptions> = {}) {
  const page = testPage();
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1', ...options } as BrowserClientOptions);
  page.socket.accept();
  page.socket.tell(WELCOME);
  return { page, client };
}

/** The flag serves the same value all the time, for the reasons that are given. */
function serve({ socket }: TestPage, v: number, reason?: ToldReason): void {
  const put = [{ key: 'banner', value: { text: 'hi' }, variation: 'on', rev: 1, ...(reason && { reason }) }];
  socket.tell({ t: 'values', n: 0, epoch: 'e1', v, full: v === 1, put, del: [], count: 1 });
}

test('a detail says why, where the service does, and that it does not where it does not', () => {
  const { page, client } = opened();
  const why = () => client.peekDetail('banner', {}).reason;
  serve(page, 1);
  expect(why()).toEqual({ kind: 'REMOTE', reason: null });
  serve(page, 2, RULE);
  expect(why()).toEqual({ kind: 'REMOTE', reason: RULE });
});

test('another reason for the same value is told, and the value stays the same object', () => {
  const { page, client } = opened();
  const changes: unknown[] = [];
  serve(page, 1, RULE);
  client.on('change', (event) => changes.push(event));
  const { value } = client.variationDetail('banner', {});
  serve(page, 2, OTHERS);
  expect(client.variationDetail('banner', {})).toMatchObject({ reason: { kind: 'REMOTE', reason: OTHERS } });
  expect(client.variation('banner', {})).toBe(value);
  expect(changes).toEqual([]);
});

test('an exposure is counted with its reason, and once, whatever reasons are told later', async () => {
  const flags = { banner: [{ text: 'hi' }, 'on', 1] } as never;
  const { page, client } = opened({ bootstrap: { $glidepath: 1, version: 1, context: '', flags } });
  client.variation('banner', {});
  serve(page, 1, RULE);
  client.variation('banner', {});
  await page.advance(60_000);
  expect(page.requests.flatMap(({ body }) => body['evals'])).toEqual([
    { flag: 'banner', fv: 1, var: 'on', reason: 'REMOTE', n: 1 },
  ]);
  const other = opened();
  serve(other.page, 1, RULE);
  other.client.variation('banner', {});
  await other.page.advance(60_000);
  expect(other.page.requests.flatMap(({ body }) => body['evals'])).toMatchObject([{ reason: 'RULE_MATCH' }]);
});

test('a bootstrap brings the reasons that the server put into it', () => {
  const flags = { banner: [true, 'on', 1, RULE], plain: [true, 'on', 1] } as never;
  const { client } = opened({ bootstrap: { $glidepath: 1, version: 1, context: '', flags } });
  expect(client.peekDetail('banner', false).reason).toEqual({ kind: 'REMOTE', reason: RULE });
  expect(client.peekDetail('plain', false).reason).toEqual({ kind: 'REMOTE', reason: null });
});
