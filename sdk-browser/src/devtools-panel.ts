import type { Json } from '@glidepath/core';
import type { ClientStatus } from '@glidepath/core/sdk';
import { button, choice, element, write } from './devtools-elements.ts';
import { createFlagTable, type FlagLine } from './devtools-flags.ts';
import type { FrameLine } from './devtools-frames.ts';
import type { Overrides, Reach } from './devtools-overrides.ts';

/** All that the panel shows at a moment. */
export interface Shown {
  readonly status: ClientStatus;
  readonly lines: readonly FlagLine[];
  readonly overrides: Overrides;
  readonly reach: Reach;
  readonly areAllowed: boolean;
  readonly frames: readonly FrameLine[];
}

export interface PanelActions {
  onOverride(key: string, value: Json | undefined): void;
  onReach(reach: Reach): void;
  onClear(): void;
  /** What the buttons copy. */
  testSetup(): string;
  link(): string;
}

export interface Panel {
  readonly section: HTMLElement;
  update(shown: Shown): void;
}

const REACHES = { tab: 'in this tab', browser: 'in this browser' } as const;
const WITH_SERVER = { ...REACHES, server: 'in this browser and on the server' } as const;

/** The panel, built once: only its texts change, so that neither focus nor what is being typed is lost. */
export function createPanel(isForServers: boolean, actions: PanelActions): Panel {
  const { onOverride, onReach, onClear } = actions;
  const flags = createFlagTable(onOverride);
  const status = element('p');
  const none = element('p', {}, 'This page has asked for no flag yet.');
  const frames = createFrameList();
  const reach = choice('Overrides hold', isForServers ? WITH_SERVER : REACHES, onReach);
  const forbidden = element('p', {}, 'This environment allows no overrides.');
  const told = element('p', { role: 'status' });
  const byHand = element('textarea', { readonly: '', 'aria-label': 'To be copied by hand' });
  byHand.hidden = true;

  const copy = async (text: string): Promise<void> => {
    byHand.hidden = true;
    try {
      // Pages without TLS have no clipboard.
      await navigator.clipboard.writeText(text);
      write(told, 'Copied.');
    } catch {
      write(told, 'The browser does not let this page copy. Copy it by hand:');
      byHand.value = text;
      byHand.hidden = false;
      byHand.select();
    }
  };

  const content = element('div', { class: 'scrolled', tabindex: '0', role: 'group', 'aria-label': 'Flags and frames' });
  content.append(none, flags.table, frames.details);
  const clear = button('Remove overrides', onClear);
  const footer = element(
    'footer',
    {},
    element('label', {}, 'Overrides hold ', reach),
    forbidden,
    clear,
    button('Copy test setup', () => void copy(actions.testSetup())),
    button('Copy link', () => void copy(actions.link())),
    told,
    byHand,
  );
  const fold = button('Fold', () => {
    const isFolded = section.classList.toggle('folded');
    for (const part of [content, footer, status]) part.hidden = isFolded;
    fold.setAttribute('aria-expanded', String(!isFolded));
    write(fold, isFolded ? 'Unfold' : 'Fold');
  });
  fold.setAttribute('aria-expanded', 'true');
  const section = element(
    'section',
    { 'aria-label': 'Glidepath' },
    element('header', {}, element('h2', {}, 'Flags on this page'), status, fold),
    content,
    footer,
  );

  return {
    section,
    update(shown) {
      const { state, connection, environmentVersion } = shown.status;
      write(status, `${state} · ${connection} · version ${environmentVersion ?? 'none'}`);
      none.hidden = shown.lines.length > 0;
      flags.table.hidden = !none.hidden;
      flags.update(shown.lines, shown.overrides, shown.areAllowed);
      frames.update(shown.frames);
      reach.value = shown.reach;
      reach.disabled = !shown.areAllowed;
      clear.disabled = shown.overrides.size === 0;
      forbidden.hidden = shown.areAllowed;
    },
  };
}

/** What the stream said, without what it said of anybody. */
function createFrameList() {
  const summary = element('summary', {}, 'Frames');
  const list = element('ol');
  let drawn: readonly FrameLine[] = [];
  return {
    details: element('details', {}, summary, list),
    update(lines: readonly FrameLine[]): void {
      if (lines === drawn) return;
      drawn = lines;
      write(summary, `Frames (${lines.length})`);
      list.replaceChildren(...lines.map((line) => element('li', {}, textOf(line))));
    },
  };
}

function textOf({ afterMs, way, type, bytes, version }: FrameLine): string {
  const seconds = (afterMs / 1_000).toFixed(1);
  return `${seconds} s ${way === 'in' ? '← in' : '→ out'} ${type}, ${bytes} bytes${version === null ? '' : `, version ${version}`}`;
}
