import { element } from './devtools-elements.ts';
import type { FlagLine } from './devtools-flags.ts';
import { createFrameLog } from './devtools-frames.ts';
import { cookieShelf, keepOverrides, keptOverrides, linkOf, type Overrides } from './devtools-overrides.ts';
import { createPanel } from './devtools-panel.ts';
import { STYLE } from './devtools-style.ts';
import type { FrameWay, Override, Tools, WithTools } from './tools.ts';
import type { BrowserClient } from './types.ts';

export interface DevtoolsOptions {
  /** Default: the page's body. */
  readonly target?: HTMLElement;
  /** Shows and hides the panel, together with Ctrl or Cmd; default `.`. */
  readonly hotkey?: string;
  readonly position?: 'left' | 'right';
  /** Whether overrides may also go into a cookie, or into which: that of `overrides.cookie` of the server that renders the page. */
  readonly cookie?: boolean | string;
}

const OVERRIDDEN: Override['detail'] = { source: 'override', reason: { kind: 'OVERRIDE', by: 'devtools' } };
/** Components render many at once, and a page asks for further flags at any time. */
const SOON_MS = 100;
const LOOK_MS = 1_000;
const NO_SHELF = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

/** Shows the flags that this page uses, and lets them be overridden where the environment allows it. */
export function mountDevtools(client: BrowserClient, options: DevtoolsOptions = {}): { unmount(): void } {
  const { target = document.body, hotkey = '.', position = 'right', cookie = false } = options;
  const tools = (client as WithTools)['~tools'] as Tools;
  const cookieName = typeof cookie === 'string' ? cookie : undefined;
  const shelves = {
    tab: sessionStorage,
    browser: localStorage,
    server: cookie ? cookieShelf(document, location.protocol === 'https:', cookieName) : NO_SHELF,
  };
  const frames = createFrameLog(() => performance.now());
  const renders = new Map<string, number>();
  let [overrides, reach] = keptOverrides(shelves, location.href);

  const areAllowed = (): boolean => tools.allowOverrides ?? tools.overrides ?? false;
  let wereAllowed = areAllowed();

  const apply = (next: Overrides): void => {
    tools.override = (key, fallback) => {
      const value = areAllowed() ? next.get(key) : undefined;
      return value === undefined ? tools.held?.(key, fallback) : { value, detail: OVERRIDDEN };
    };
    tools.turn();
  };

  const change = (next: Overrides): void => {
    overrides = next;
    apply(next);
    keepOverrides(shelves, next, reach);
    draw();
  };

  /** As the page itself asks, so that its answers stay what they are. */
  const lines = (): readonly FlagLine[] =>
    [...tools.used]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { fallback, schema }]) => ({
        key,
        fallback,
        detail: client.peekDetail({ key, fallback, schema } as never),
        renders: renders.get(key) ?? 0,
      }));

  const panel = createPanel(Boolean(cookie), {
    onOverride(key, value) {
      const next = new Map(overrides);
      if (value === undefined) next.delete(key);
      else next.set(key, value);
      change(next);
    },
    onReach(next) {
      reach = next;
      change(overrides);
    },
    onClear: () => change(new Map()),
    testSetup() {
      const served = lines().filter(({ detail }) => detail.reason.kind !== 'ERROR');
      const values = Object.fromEntries(served.map(({ key, detail }) => [key, detail.value]));
      return `createTestClient(${JSON.stringify(values, null, 2)});`;
    },
    link: () => linkOf(location.href, overrides),
  });

  const draw = (): void => {
    const { status } = client;
    panel.update({ status, lines: lines(), overrides, reach, areAllowed: areAllowed(), frames: frames.lines });
  };

  /** The service may say at any time whether overrides act. */
  const look = (): void => {
    if (areAllowed() !== wereAllowed && overrides.size > 0) tools.turn();
    wereAllowed = areAllowed();
    draw();
  };

  let drawing: ReturnType<typeof setTimeout> | undefined;
  const drawSoon = (): void => {
    drawing ??= setTimeout(() => {
      drawing = undefined;
      look();
    }, SOON_MS);
  };

  const host = element('div');
  host.style.setProperty(position, '12px');
  const root = host.attachShadow({ mode: 'open' });
  // Not an element: policies of pages forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(panel.section);

  const onKey = (event: KeyboardEvent): void => {
    const isHotkey = event.key === hotkey && (event.ctrlKey || event.metaKey);
    if (!isHotkey) return;
    event.preventDefault();
    host.hidden = !host.hidden;
  };

  tools.rendered = (key) => {
    renders.set(key, (renders.get(key) ?? 0) + 1);
    drawSoon();
  };
  const onFrame = (way: FrameWay) =>
    client.on(way as 'change', (text: unknown) => {
      frames.add(way, text as string);
      drawSoon();
    });
  const leave = [client.on('change', drawSoon), client.on('status', drawSoon), onFrame('in'), onFrame('out')];
  // Whoever listens is told of all flags: only where there is something to tell.
  if (overrides.size > 0 || tools.override) apply(overrides);
  draw();
  target.append(host);
  document.addEventListener('keydown', onKey);
  const looking = setInterval(look, LOOK_MS);
  return {
    unmount() {
      for (const stop of leave) stop();
      delete tools.rendered;
      clearInterval(looking);
      clearTimeout(drawing);
      document.removeEventListener('keydown', onKey);
      host.remove();
    },
  };
}
