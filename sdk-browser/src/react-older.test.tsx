import * as React from 'react';
import { act, type ReactElement, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test, vi } from 'vitest';
import { createClientOn } from './client.ts';
import { FlagsProvider, useSuspenseFlag } from './react.ts';
import { allValues, testPage, WELCOME } from './testing-page.ts';

/** As React 18 is: there is no `use`. */
vi.mock('react', async (original) => ({ ...(await original<object>()), use: undefined }));

const Waiting = (): ReactElement => <i>{useSuspenseFlag('a', 'fallback')}</i>;

test.for([
  ['the first values', true, 'A'],
  ['two seconds', false, 'fallback'],
] as const)('S34: in a React without use(), components wait for %s', async ([, isUp, expected]) => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  expect(Reflect.get(React, 'use')).toBeUndefined();
  const page = testPage();
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1' });
  const container = document.createElement('div');
  const root = createRoot(container);
  await act(async () =>
    root.render(
      <StrictMode>
        <FlagsProvider client={client}>
          <Suspense fallback="skeleton">
            <Waiting />
          </Suspense>
        </FlagsProvider>
      </StrictMode>,
    ),
  );
  expect(container.textContent).toBe('skeleton');
  await act(async () => {
    if (!isUp) return page.advance(2_010);
    page.socket.accept();
    page.socket.tell(WELCOME);
    page.socket.tell(allValues({ a: 'A' }));
  });
  expect(container.textContent).toBe(expected);
  await act(async () => root.unmount());
});
