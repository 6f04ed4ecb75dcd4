import type { Json } from '@glidepath/core';
import { keepOverrides, keptOverrides, linkOf, type Overrides, type Reach } from './devtools-overrides.ts';
import type { Override, Tools, WithTools } from './tools.ts';
import type { BrowserClient } from './types.ts';

export interface DevtoolsOptions {
  /** Default: the page's body. */
  readonly target?: HTMLElement;
  /** Shows and hides the panel, together with Ctrl or Cmd; default `.`. */
  readonly hotkey?: string;
  readonly position?: 'left' | 'right';
}

const STYLE = `
:host { all: initial; position: fixed; bottom: 12px; z-index: 2147483000; font: 13px/1.4 system-ui, sans-serif; color-scheme: light dark }
section { background: Canvas; color: CanvasText; border: 1px solid GrayText; border-radius: 8px; padding: 8px 12px; max-width: min(720px, calc(100vw - 48px)); max-height: 60vh; overflow: auto }
h2 { font-size: 14px; margin: 0 0 4px } p { margin: 4px 0 }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; padding: 3px 8px 3px 0; vertical-align: top; overflow-wrap: anywhere }
input, select, button { font: inherit }
.on { font-weight: 600 }`;

const OVERRIDDEN: Override['detail'] = { source: 'override', reason: { kind: 'OVERRIDE', by: 'devtools' } };

/** Shows the flags that this page uses, and lets them be overridden where the environment allows it. */
export function mountDevtools(client: BrowserClient, options: DevtoolsOptions = {}): { unmount(): void } {
  const { target = document.body, hotkey = '.', position = 'right' } = options;
  const { used, override, look } = (client as WithTools)['~tools'] as Tools;
  const shelves = { tab: sessionStorage, browser: localStorage };
  const host = document.createElement('div');
  host.style.setProperty(position, '12px');
  const root = host.attachShadow({ mode: 'open' });
  let reach: Reach = 'tab';
  let overrides: Overrides = keptOverrides(shelves, location.href);

  const apply = (next: Overrides): void =>
    override(
      new Map([...next].map(([key, value]) => [key, { value, variation: null, rev: null, detail: OVERRIDDEN }])),
    );

  const change = (next: Overrides): void => {
    overrides = next;
    apply(next);
    keepOverrides(shelves, next, reach);
    draw();
  };

  const testSetup = (): string => {
    const values = Object.fromEntries([...used.keys()].map((key) => [key, client.peek(key, null)]));
    return `createTestClient(${JSON.stringify(values, null, 2)});`;
  };

  const row = (key: string): HTMLElement => {
    const { value, variation, reason, source, flagVersion } = client.peekDetail(key, null);
    const kind = reason.kind === 'REMOTE' ? (reason.reason?.kind ?? '') : reason.kind;
    const told = [key, JSON.stringify(value), variation ?? '', kind, source, flagVersion ?? ''];
    const input = element('input', {
      title: `Override ${key}`,
      placeholder: 'JSON',
      value: overrides.has(key) ? JSON.stringify(overrides.get(key)) : '',
      disabled: !look().areAllowed,
    });
    input.addEventListener('change', () => {
      const next = new Map(overrides);
      const given = parsed(input.value.trim());
      if (given === undefined) next.delete(key);
      else next.set(key, given);
      change(next);
    });
    const cells = told.map((text) => element('td', { textContent: String(text) }));
    return element('tr', { className: overrides.has(key) ? 'on' : '' }, ...cells, element('td', {}, input));
  };

  const draw = (): void => {
    const names = ['Flag', 'Value', 'Variation', 'Reason', 'Source', 'Version', 'Override'];
    const head = element('tr', {}, ...names.map((textContent) => element('th', { textContent })));
    const where = element('select', { title: 'Overrides hold' });
    where.append(
      element('option', { value: 'tab', textContent: 'in this tab' }),
      element('option', { value: 'browser', textContent: 'in this browser' }),
    );
    where.value = reach;
    where.addEventListener('change', () => {
      reach = where.value as Reach;
      change(overrides);
    });
    const { state, connection, environmentVersion } = client.status;
    const panel = element(
      'section',
      { ariaLabel: 'Glidepath' },
      element('h2', { textContent: 'Flags on this page' }),
      element('p', { textContent: `${state} · ${connection} · version ${environmentVersion ?? 'none'}` }),
      element('table', {}, head, ...[...used.keys()].sort().map(row)),
      element(
        'p',
        { textContent: look().areAllowed ? 'Overrides hold ' : 'This environment allows no overrides. ' },
        where,
      ),
      button('Copy test setup', () => copy(testSetup())),
      button('Copy link', () => copy(linkOf(location.href, overrides))),
      button('Remove overrides', () => change(new Map())),
    );
    root.replaceChildren(element('style', { textContent: STYLE }), panel);
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== hotkey || !(event.ctrlKey || event.metaKey)) return;
    host.hidden = !host.hidden;
    if (!host.hidden) draw();
  };

  apply(overrides);
  draw();
  target.append(host);
  document.addEventListener('keydown', onKey);
  const leave = [client.on('change', draw), client.on('status', draw)];
  return {
    unmount() {
      for (const stop of leave) stop();
      document.removeEventListener('keydown', onKey);
      host.remove();
    },
  };
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function button(textContent: string, run: () => void): HTMLElement {
  const made = element('button', { textContent, type: 'button' });
  made.addEventListener('click', run);
  return made;
}

function copy(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => undefined);
}

/** JSON, or the text itself; nothing is no override. */
function parsed(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
