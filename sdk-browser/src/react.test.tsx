import type { FlagRef } from '@glidepath/core/sdk';
import { act, type ReactElement, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClientOn } from './client.ts';
import {
  Feature,
  FlagsProvider,
  useFlag,
  useFlagDetail,
  useFlagsClient,
  useFlagsStatus,
  useIdentify,
  useSuspenseFlag,
  useTrack,
} from './react.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';

const open: Root[] = [];
const complaints: unknown[] = [];

beforeEach(() => {
  complaints.length = 0;
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words));
});
afterEach(async () => {
  await act(async () => {
    for (const root of open.splice(0)) root.unmount();
  });
  vi.restoreAllMocks();
  expect(complaints).toEqual([]);
});

const aClient = (page: TestPage, options: Partial<BrowserClientOptions> = {}): BrowserClient =>
  createClientOn(page.page, { clientKey: 'gp_cli_1', ...options });

/** The service's first values. */
function serve(page: TestPage, values: Parameters<typeof allValues>[0]): void {
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues(values));
}

/** A change of one of `count` flags. */
const change = (page: TestPage, key: string, value: string | boolean, count = 1): void =>
  page.socket.tell({ ...allValues({ [key]: value }), v: 2, full: false, count });

const bootstrapOf = (values: Readonly<Record<string, boolean | string | number>>) => ({
  $glidepath: 1 as const,
  version: 1,
  context: 'x',
  flags: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value, `v-${value}`, 1]])),
});

async function mount(element: ReactNode): Promise<{ readonly root: Root; readonly text: () => string | null }> {
  const container = document.createElement('div');
  const root = createRoot(container);
  open.push(root);
  await act(async () => root.render(element));
  return { root, text: () => container.textContent };
}

async function hydrate(element: ReactNode, html: string): Promise<{ readonly text: string | null; errors: unknown[] }> {
  const container = document.createElement('div');
  container.innerHTML = html;
  const errors: unknown[] = [];
  await act(async () => {
    open.push(hydrateRoot(container, element, { onRecoverableError: (error) => errors.push(error) }));
  });
  return { text: container.textContent, errors };
}

interface Asks {
  readonly flag?: string;
  readonly onRender?: () => void;
}
const Shown = ({ flag = 'a', onRender }: Asks): ReactElement => {
  const value = useFlag(flag, 'none');
  onRender?.();
  return <i>{value}</i>;
};
const Switch = ({ flag = 'a', onRender }: Asks): ReactElement => {
  onRender?.();
  return <i>{String(useFlag(flag, false))}</i>;
};
const Sizes = ({ declared }: { readonly declared: FlagRef<{ readonly size: number }> }): ReactElement => (
  <i>{useFlag(declared).size + useFlag('b', { size: 10 }).size}</i>
);
const Detail = (): ReactElement => {
  const { value, source, stale } = useFlagDetail('a', '');
  return <i>{`${value} ${source} ${stale}`}</i>;
};
const Waiting = (): ReactElement => <i>{useSuspenseFlag('a', 'fallback')}</i>;
const Standing = (): ReactElement => {
  const { ready, state, failed } = useFlagsStatus();
  return <i>{`${state} ${ready} ${failed}`}</i>;
};
const Actor = ({ take }: { readonly take: (...all: readonly unknown[]) => void }): ReactElement => {
  take(useFlagsClient(), useIdentify(), useTrack());
  return <i />;
};

const exposures = (page: TestPage): readonly unknown[] =>
  page.requests.filter(({ url }) => url.endsWith('/b')).flatMap(({ body }) => body['evals'] as unknown[]);

describe('a page that a server rendered', () => {
  test('S31: hydrates with what the server showed, and ends at what is live', async () => {
    const bootstrap = bootstrapOf({ a: 'A' });
    const page = testPage();
    const client = aClient(page, { bootstrap });
    const element = (
      <StrictMode>
        <FlagsProvider client={client} bootstrap={bootstrap}>
          <Shown />
        </FlagsProvider>
      </StrictMode>
    );
    const html = renderToString(element);
    expect(html).toBe('<i>A</i>');
    serve(page, { a: 'B' });
    expect(await hydrate(element, html)).toEqual({ text: 'B', errors: [] });
    void client.flush();
    expect(exposures(page)).toMatchObject([{ var: 'v-B' }]);
  });

  test('shows fallbacks where it had no values, and hydrates without a mismatch', async () => {
    const page = testPage();
    const element = (
      <FlagsProvider client={aClient(page)}>
        <Shown />
      </FlagsProvider>
    );
    const html = renderToString(element);
    serve(page, { a: 'B' });
    expect(await hydrate(element, html)).toEqual({ text: 'B', errors: [] });
  });
});

describe('a component that shows a flag', () => {
  test('S31: an update between render and effect is never lost', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 'A' });
    let isFirst = true;
    const onRender = () => {
      if (isFirst) change(page, 'a', 'B');
      isFirst = false;
    };
    const { text } = await mount(
      <FlagsProvider client={client}>
        <Shown onRender={onRender} />
      </FlagsProvider>,
    );
    expect(text()).toBe('B');
  });

  test('S32: of 500 components on 50 flags, only the ten of the flag that changed render, once each', async () => {
    const page = testPage();
    const client = aClient(page);
    const flags = Array.from({ length: 50 }, (_, index) => `flag-${index}`);
    serve(page, Object.fromEntries(flags.map((key) => [key, false])));
    const renders: string[] = [];
    const names = flags.flatMap((flag) => [...'0123456789'].map((digit) => `${flag} ${digit}`));
    const components = names.map((name) => (
      <Switch key={name} flag={name.split(' ')[0] as string} onRender={() => renders.push(name)} />
    ));
    await mount(<FlagsProvider client={client}>{components}</FlagsProvider>);
    expect(new Set(renders).size).toBe(500);
    renders.length = 0;
    await act(async () => change(page, 'flag-7', true, 50));
    expect(renders.sort()).toEqual(names.filter((name) => name.startsWith('flag-7 ')));
  });

  test('S33: is counted once, when it is on the page, and renders and peeks are not', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 'A', b: 'B' });
    const element = () => (
      <StrictMode>
        <FlagsProvider client={client}>
          <Shown />
          <Shown />
        </FlagsProvider>
      </StrictMode>
    );
    const { root } = await mount(element());
    for (let i = 0; i < 100; i += 1) await act(async () => root.render(element()));
    client.peek('b', '');
    void client.flush();
    expect(exposures(page)).toEqual([{ flag: 'a', fv: 1, var: 'v-A', reason: 'REMOTE', n: 1 }]);
  });

  test('shows another flag when it is asked for one', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { a: 'A', b: 'B' });
    const element = (flag: string) => (
      <FlagsProvider client={client}>
        <Shown flag={flag} />
      </FlagsProvider>
    );
    const { root, text } = await mount(element('a'));
    await act(async () => root.render(element('b')));
    expect(text()).toBe('B');
    await act(async () => change(page, 'b', 'C', 2));
    expect(text()).toBe('C');
  });

  test('takes a declared flag, and JSON with a fallback that is new with each render', async () => {
    const page = testPage();
    const declared = { key: 'a', fallback: { size: 1 } };
    const { text } = await mount(
      <FlagsProvider client={aClient(page)}>
        <Sizes declared={declared} />
      </FlagsProvider>,
    );
    expect(text()).toBe('11');
    await act(async () => serve(page, { a: { size: 2 }, b: { size: 20 } }));
    expect(text()).toBe('22');
  });

  test('tells where its value came from, and hears when the connection is lost', async () => {
    const page = testPage();
    const { text } = await mount(
      <FlagsProvider client={aClient(page, { bootstrap: bootstrapOf({ a: 'A' }) })}>
        <Detail />
      </FlagsProvider>,
    );
    expect(text()).toBe('A bootstrap false');
    await act(async () => serve(page, { a: 'A' }));
    expect(text()).toBe('A stream false');
    page.forbidsSockets = true;
    await act(async () => page.socket.close(1006));
    await act(() => page.advance(61_000));
    expect(text()).toBe('A stream true');
  });

  test('outside of any provider shows its fallback, and the console says why, once', async () => {
    const { text } = await mount([<Shown key="1" />, <Shown key="2" />]);
    expect(text()).toBe('nonenone');
    expect(complaints.splice(0)).toEqual([[expect.stringContaining('GP1001')]]);
  });
});

describe('values that stay', () => {
  test.for([
    ['live', 'BB'],
    ['frozen', 'AA'],
    ['next-mount', 'AB'],
  ] as const)('%s: a component from before the change and one from after it show %s', async ([updates, expected]) => {
    const page = testPage();
    const client = aClient(page);
    const element = (...more: ReactNode[]) => (
      <FlagsProvider client={client} updates={updates}>
        <Shown />
        {more}
      </FlagsProvider>
    );
    serve(page, { a: 'A' });
    const { root, text } = await mount(element());
    expect(text()).toBe('A');
    await act(async () => change(page, 'a', 'B'));
    await act(async () => root.render(element(<Shown key="later" />)));
    expect(text()).toBe(expected);
  });

  test('frozen at a bootstrap: what is mounted later shows that, too, and what is not served is not counted', async () => {
    const page = testPage();
    const bootstrap = bootstrapOf({ a: 'A' });
    const client = aClient(page, { bootstrap });
    serve(page, { a: 'B' });
    const { text } = await mount(
      <FlagsProvider client={client} bootstrap={bootstrap} updates="frozen">
        <Shown />
      </FlagsProvider>,
    );
    expect(text()).toBe('A');
    void client.flush();
    expect(exposures(page)).toEqual([]);
  });

  test.for(['frozen', 'next-mount'] as const)('%s: the first values take the place of fallbacks', async (updates) => {
    const page = testPage();
    const { text } = await mount(
      <FlagsProvider client={aClient(page)} updates={updates}>
        <Shown />
      </FlagsProvider>,
    );
    expect(text()).toBe('none');
    await act(async () => serve(page, { a: 'A' }));
    await act(async () => change(page, 'a', 'B'));
    expect(text()).toBe('A');
  });
});

describe('a component that waits for values', () => {
  const element = (client: BrowserClient) => (
    <FlagsProvider client={client}>
      <Suspense fallback="skeleton">
        <Waiting />
        <Waiting />
      </Suspense>
    </FlagsProvider>
  );

  test('S34: with the service down it shows the fallback after two seconds', async () => {
    const page = testPage();
    page.forbidsSockets = true;
    const { text } = await mount(<StrictMode>{element(aClient(page))}</StrictMode>);
    expect(text()).toBe('skeleton');
    await act(() => page.advance(1_990));
    expect(text()).toBe('skeleton');
    await act(() => page.advance(20));
    expect(text()).toBe('fallbackfallback');
  });

  test('S34: with the service up the skeleton shows once', async () => {
    const page = testPage();
    const client = aClient(page);
    const { root, text } = await mount(element(client));
    const seen = [text()];
    await act(async () => serve(page, { a: 'A' }));
    seen.push(text());
    await act(async () => root.render(element(client)));
    seen.push(text());
    await act(async () => change(page, 'a', 'B'));
    seen.push(text());
    expect(seen).toEqual(['skeleton', 'AA', 'AA', 'BB']);
  });

  test('does not wait where there are values from the start', async () => {
    const { text } = await mount(element(aClient(testPage(), { bootstrap: bootstrapOf({ a: 'A' }) })));
    expect(text()).toBe('AA');
  });
});

describe('a component that asks how things are', () => {
  test('tells loading from having given up, and from having values', async () => {
    const page = testPage();
    const { text } = await mount(
      <FlagsProvider client={aClient(page)}>
        <Standing />
      </FlagsProvider>,
    );
    expect(text()).toBe('initializing false false');
    await act(() => page.advance(2_000));
    expect(text()).toBe('initializing false true');
    await act(async () => serve(page, { a: 1 }));
    expect(text()).toBe('ready true false');
  });

  test('knows at once when the key is refused', async () => {
    const page = testPage();
    const { text } = await mount(
      <FlagsProvider client={aClient(page)}>
        <Standing />
      </FlagsProvider>,
    );
    await act(async () => page.socket.close(4401));
    expect(text()).toBe('unauthorized false true');
  });

  test('knows on the server whether there are values', () => {
    const element = (bootstrap: object) => (
      <FlagsProvider client={aClient(testPage())} {...bootstrap}>
        <Standing />
      </FlagsProvider>
    );
    expect(renderToString(element({}))).toContain('initializing false false');
    expect(renderToString(element({ bootstrap: bootstrapOf({ a: 1 }) }))).toContain('ready true false');
  });
});

describe('what else components can do', () => {
  test('a feature is shown for one value, or for any that counts as true; something else otherwise', async () => {
    const page = testPage();
    const client = aClient(page);
    serve(page, { on: true, colour: 'green', empty: '' });
    const { text } = await mount(
      <FlagsProvider client={client}>
        <Feature flag="on" fallback={false}>
          1
        </Feature>
        <Feature flag="colour" fallback="blue" is="green">
          2
        </Feature>
        <Feature flag="colour" fallback="blue" is="blue" otherwise="3">
          no
        </Feature>
        <Feature flag="colour" fallback="blue">
          {(value) => `4 ${value}`}
        </Feature>
        <Feature flag="empty" fallback="full">
          no
        </Feature>
      </FlagsProvider>,
    );
    expect(text()).toBe('1234 green');
  });

  test('identifies and tracks with the client of their provider', async () => {
    const page = testPage();
    const client = aClient(page);
    const taken: unknown[] = [];
    await mount(
      <FlagsProvider client={client}>
        <Actor take={(...all) => taken.push(...all)} />
      </FlagsProvider>,
    );
    expect(taken).toEqual([client, client.identify, client.track]);
  });
});
