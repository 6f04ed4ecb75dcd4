// @vitest-environment node
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ReactElement, Suspense } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FlagsProvider, useFlag, useFlagsStatus, useSuspenseFlag } from './react.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const bootstrap = { $glidepath: 1, version: 1, context: 'x', flags: { a: ['A', 'v-A', 1] } } as const;
const Shown = (): ReactElement => {
  const { ready } = useFlagsStatus();
  return <i>{`${useFlag('a', 'none')} ${useSuspenseFlag('b', 'fallback')} ${ready}`}</i>;
};

type Bindings = typeof import('./react.ts');
const ShownBy = ({ bindings: { useFlag } }: { readonly bindings: Bindings }): ReactElement => (
  <i>{useFlag('a', 'none')}</i>
);

function rendered(given: object): Promise<string> {
  const element = (
    <FlagsProvider options={{ url: 'http://127.0.0.1:1', clientKey: 'gp_cli_1' }} {...given}>
      <Suspense fallback="skeleton">
        <Shown />
      </Suspense>
    </FlagsProvider>
  );
  const { pipe } = renderToPipeableStream(element);
  return text(pipe(new PassThrough()));
}

describe('a page on its way through a server', () => {
  test('shows what the bootstrap says, and opens, stores and times nothing', async () => {
    const touched: string[] = [];
    const forbidden = (name: string) =>
      new Proxy(() => undefined, {
        get: () => touched.push(name),
        apply: () => touched.push(name),
        construct: () => ({ touched: touched.push(name) }),
      });
    for (const name of ['WebSocket', 'localStorage', 'fetch']) vi.stubGlobal(name, forbidden(name));
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
    const html = await rendered({ bootstrap });
    expect(html).toContain('<i>A fallback true</i>');
    expect(html).not.toContain('skeleton');
    const callers = timers.flatMap(({ mock }) => mock.calls.map(([run]) => String(run)));
    expect(callers).toEqual([]);
    expect(touched).toEqual([]);
  });

  test.for([
    ['no bootstrap', {}],
    ['the place of one in the page', { options: { clientKey: 'gp_cli_1', bootstrap: '#glidepath-state' } }],
  ] as const)('shows fallbacks where there is %s', async ([, given]) => {
    expect(await rendered(given)).toContain('<i>none fallback false</i>');
  });

  test('is given its flags by another copy of this package, too', async () => {
    const one = await import('./react.ts');
    vi.resetModules();
    const other = await import('./react.ts');
    expect(other.useFlag).not.toBe(one.useFlag);
    const html = renderToString(
      <one.FlagsProvider options={{ clientKey: 'gp_cli_1' }} bootstrap={bootstrap}>
        <ShownBy bindings={other} />
      </one.FlagsProvider>,
    );
    expect(html).toBe('<i>A</i>');
  });
});
