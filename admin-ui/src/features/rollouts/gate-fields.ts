import type { Gate } from './gate-words.ts';
import { startMessages } from './start-messages.ts';

const m = startMessages.gates.fields;

/** How one setting of a gate is typed. */
export type Field = {
  readonly name: string;
  readonly label: string;
  /** What it is set to at first, as it is typed. */
  readonly initial: string;
} & (
  | { readonly kind: 'text' | 'number' }
  /** Kept as a share, typed as a percentage. */
  | { readonly kind: 'percent' }
  /** Empty = none. */
  | { readonly kind: 'optional-number' }
  | { readonly kind: 'choice'; readonly choices: readonly { readonly value: string; readonly label: string }[] }
  | { readonly kind: 'yes-no' }
  | { readonly kind: 'words' }
);

const side: Field = {
  name: 'failsWhen',
  label: m.failsWhen,
  kind: 'choice',
  initial: 'above',
  choices: [
    { value: 'above', label: m.above },
    { value: 'below', label: m.below },
  ],
};
const threshold: Field = { name: 'threshold', label: m.threshold, kind: 'number', initial: '' };

/** What each kind of gate is set to, with what it is set to at first. */
export const gateFields = {
  'error-rate': [
    { name: 'ceiling', label: m.ceiling, kind: 'percent', initial: '1' },
    { name: 'isCompared', label: m.isCompared, kind: 'yes-no', initial: 'yes' },
  ],
  latency: [
    { name: 'quantile', label: m.quantile, kind: 'percent', initial: '95' },
    { name: 'ceilingMs', label: m.ceilingMs, kind: 'number', initial: '500' },
    { name: 'timesControl', label: m.timesControl, kind: 'optional-number', initial: '1.2' },
  ],
  metric: [
    { name: 'metric', label: m.metric, kind: 'text', initial: '' },
    {
      name: 'per',
      label: m.per,
      kind: 'choice',
      initial: 'value',
      choices: [
        { value: 'value', label: m.perValue },
        { value: 'execution', label: m.perExecution },
      ],
    },
    side,
    threshold,
  ],
  prometheus: [{ name: 'query', label: m.query, kind: 'text', initial: '' }, side, threshold],
  webhook: [{ name: 'url', label: m.url, kind: 'text', initial: '' }],
  fleet: [
    { name: 'deployed', label: m.deployed, kind: 'percent', initial: '100' },
    { name: 'applied', label: m.applied, kind: 'percent', initial: '99' },
  ],
  incident: [{ name: 'severities', label: m.severities, kind: 'words', initial: 'SEV1, SEV2' }],
} as const satisfies Record<Gate['kind'], readonly Field[]>;

/** What was typed as it is sent; undefined where it cannot be read. */
export function readField(field: Field, text: string): unknown {
  const typed = text.trim();
  switch (field.kind) {
    case 'text':
    case 'choice':
      return typed === '' ? undefined : typed;
    case 'yes-no':
      return typed === 'yes';
    case 'number':
      return readNumber(typed);
    case 'percent': {
      const percent = readNumber(typed);
      // Without the tail that binary fractions leave: 0.07, not 0.07000000000000001.
      return percent === undefined ? undefined : Number((percent / 100).toPrecision(12));
    }
    case 'optional-number':
      return typed === '' ? null : readNumber(typed);
    case 'words':
      return typed.split(/[\s,]+/).filter((word) => word !== '');
  }
}

/** A stored setting as it is typed. */
export function writtenField(field: Field, value: unknown): string {
  switch (field.kind) {
    case 'yes-no':
      return value === true ? 'yes' : 'no';
    case 'percent':
      return String(Number((Number(value) * 100).toPrecision(12)));
    case 'words':
      return (value as readonly string[]).join(', ');
    case 'text':
    case 'choice':
    case 'number':
    case 'optional-number':
      return value === null ? '' : String(value);
  }
}

const NUMBER = /^-?\d{1,15}(?:[.,]\d{1,9})?$/;

/** A plain decimal number, with a point or a comma; undefined where it is none. */
export function readNumber(text: string): number | undefined {
  const typed = text.trim();
  return NUMBER.test(typed) ? Number(typed.replace(',', '.')) : undefined;
}
