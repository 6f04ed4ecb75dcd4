import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { mountDevtools } from './devtools.ts';
import { FlagsProvider, useFlag } from './react.ts';
import { allValues, testPage, WELCOME } from './testing-page.ts';
import type { WithTools } from './tools.ts';

function Flag({ name }: { readonly name: string }) {
  return <b>{String(useFlag(name, 0))}</b>;
}

test('the tools count the renders of each flag as long as they are there', async () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const page = testPage();
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1' });
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues({ once: 1, often: 1 }));
  const { unmount } = mountDevtools(client);
  const panel = document.body.lastElementChild?.shadowRoot;
  const counted = () =>
    [...(panel?.querySelectorAll('tbody tr') ?? [])].map((row) => [
      row.querySelector('th')?.textContent,
      row.querySelector('[data-name=Renders]')?.textContent,
    ]);
  const root = createRoot(document.createElement('div'));
  await act(async () =>
    root.render(
      <FlagsProvider client={client}>
        <Flag name="once" />
        <Flag name="often" />
        <Flag name="often" />
      </FlagsProvider>,
    ),
  );
  for (const value of [2, 3])
    await act(async () => page.socket.tell({ ...allValues({ often: value }), v: value, full: false, count: 2 }));
  await expect.poll(counted).toEqual([
    ['often', '6'],
    ['once', '1'],
  ]);
  unmount();
  expect((client as WithTools)['~tools']?.rendered).toBeUndefined();
  await act(async () => root.unmount());
});
