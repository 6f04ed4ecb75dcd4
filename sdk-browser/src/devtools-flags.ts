import type { Json } from '@glidepath/core';
import type { EvaluationDetail } from '@glidepath/core/sdk';
import { choice, element, write } from './devtools-elements.ts';
import type { Overrides } from './devtools-overrides.ts';

/** A flag that the page uses, as it is served now. */
export interface FlagLine {
  readonly key: string;
  readonly fallback: unknown;
  readonly detail: EvaluationDetail<unknown>;
  /** Of components, since the tools are there. */
  readonly renders: number;
}

interface Row {
  readonly row: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly field: HTMLInputElement | HTMLSelectElement;
}

const COLUMNS = ['Value', 'Variation', 'Reason', 'Source', 'Version', 'Renders'] as const;
const MOST_CHARACTERS = 200;

export interface FlagTable {
  readonly table: HTMLElement;
  update(lines: readonly FlagLine[], overrides: Overrides, areAllowed: boolean): void;
}

/** Rows stay where they are: what somebody is typing outlives any update. */
export function createFlagTable(onOverride: (key: string, value: Json | undefined) => void): FlagTable {
  const rows = new Map<string, Row>();
  const body = element('tbody', { role: 'rowgroup' });
  const heads = ['Flag', ...COLUMNS, 'Override'].map((name) => element('th', { role: 'columnheader' }, name));
  const head = element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads));

  const rowOf = ({ key, fallback }: FlagLine): Row => {
    const known = rows.get(key);
    if (known) return known;
    const cells = COLUMNS.map((name) => element('td', { role: 'cell', 'data-name': name }));
    const field = fieldOf(key, fallback, (value) => onOverride(key, value));
    const name = element('th', { role: 'rowheader', scope: 'row' }, key);
    const last = element('td', { role: 'cell', 'data-name': 'Override' }, field);
    const made = { row: element('tr', { role: 'row' }, name, ...cells, last), cells, field };
    rows.set(key, made);
    return made;
  };

  const fill = ({ row, cells, field }: Row, line: FlagLine, override: Json | undefined, areAllowed: boolean): void => {
    for (const [i, text] of textsOf(line).entries()) {
      const cell = cells[i] as HTMLElement;
      write(cell, text.slice(0, MOST_CHARACTERS));
      cell.title = text.length > MOST_CHARACTERS ? text : '';
    }
    row.classList.toggle('on', override !== undefined);
    field.disabled = !areAllowed;
    if ((field.getRootNode() as Partial<ShadowRoot>).activeElement !== field)
      field.value = override === undefined ? '' : JSON.stringify(override);
  };

  return {
    // Roles are said, since where it is narrow the table is no table to the eye.
    table: element('table', { role: 'table', 'aria-label': 'Flags on this page' }, head, body),
    update(lines, overrides, areAllowed) {
      for (const line of lines) fill(rowOf(line), line, overrides.get(line.key), areAllowed);
      const order = lines.map(({ key }) => (rows.get(key) as Row).row);
      if (order.some((row, i) => body.children[i] !== row)) body.replaceChildren(...order);
    },
  };
}

function textsOf({ detail, renders }: FlagLine): readonly string[] {
  const { value, variation, source, flagVersion } = detail;
  return [
    JSON.stringify(value) ?? 'undefined',
    variation ?? '',
    reasonText(detail.reason),
    source,
    String(flagVersion ?? ''),
    renders ? String(renders) : '',
  ];
}

/** Its kind, and what it was decided by. */
function reasonText(reason: FlagLine['detail']['reason']): string {
  const told = reason.kind === 'REMOTE' ? reason.reason : reason;
  if (told === null) return 'not told';
  const by =
    'ruleId' in told
      ? told.ruleId
      : 'prerequisiteKey' in told
        ? told.prerequisiteKey
        : 'errorKind' in told
          ? told.errorKind
          : '';
  return by ? `${told.kind} ${by}` : told.kind;
}

/** Where a boolean is asked for there is a choice, else JSON is typed. */
function fieldOf(
  key: string,
  fallback: unknown,
  run: (value: Json | undefined) => void,
): HTMLInputElement | HTMLSelectElement {
  const label = `Override ${key}`;
  const give = (text: string) => run(parsed(text.trim()));
  if (typeof fallback === 'boolean') return choice(label, { '': 'none', true: 'true', false: 'false' }, give);
  const input = element('input', { 'aria-label': label, placeholder: 'JSON' });
  input.addEventListener('change', () => give(input.value));
  return input;
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
