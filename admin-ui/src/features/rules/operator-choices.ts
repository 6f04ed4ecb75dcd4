import { type Operator, operators, type Scalar } from '@glidepath/core';
import { describeOperator } from '@glidepath/core/change';

/** What the values of a clause are, and so how they are typed. */
export type ValueType =
  | 'text'
  | 'pattern'
  | 'number'
  | 'boolean'
  | 'instant'
  | 'version'
  | 'network'
  | 'segment'
  | 'none';

export type OperatorGroup = 'text' | 'number' | 'boolean' | 'date' | 'version' | 'network' | 'presence' | 'segment';

/** One entry of the menu: `in` stands in it once for each type of values. */
export interface OperatorChoice {
  readonly operator: string;
  readonly type: ValueType;
}

interface Placement {
  /** The types of values that it takes, the usual one first. */
  readonly types: readonly ValueType[];
  /** Compares with one value, as a rule. */
  readonly isComparison?: true;
}

const NUMBERS: Placement = { types: ['number'], isComparison: true };
const INSTANTS: Placement = { types: ['instant'], isComparison: true };
const VERSIONS: Placement = { types: ['version'], isComparison: true };

const PLACEMENTS: Readonly<Record<Operator, Placement>> = {
  in: { types: ['text', 'number', 'boolean'] },
  contains: { types: ['text'] },
  'starts-with': { types: ['text'] },
  'ends-with': { types: ['text'] },
  matches: { types: ['pattern'] },
  'less-than': NUMBERS,
  'at-most': NUMBERS,
  'greater-than': NUMBERS,
  'at-least': NUMBERS,
  before: INSTANTS,
  after: INSTANTS,
  'semver-equal': { types: ['version'] },
  'semver-less-than': VERSIONS,
  'semver-greater-than': VERSIONS,
  'semver-at-least': VERSIONS,
  'semver-at-most': VERSIONS,
  'in-cidr': { types: ['network'] },
  exists: { types: ['none'] },
  'in-segment': { types: ['segment'] },
};

const GROUP_OF: Readonly<Record<ValueType, OperatorGroup>> = {
  text: 'text',
  pattern: 'text',
  number: 'number',
  boolean: 'boolean',
  instant: 'date',
  version: 'version',
  network: 'network',
  none: 'presence',
  segment: 'segment',
};

const GROUPS = ['segment', 'text', 'number', 'boolean', 'date', 'version', 'network', 'presence'] as const;

const CHOICES: readonly OperatorChoice[] = Object.keys(operators).flatMap((operator) =>
  PLACEMENTS[operator as Operator].types.map((type) => ({ operator, type })),
);

/** The menu of operators by the type of what they compare, as they read for a clause that is negated or not. */
export function operatorMenu(negate: boolean): readonly {
  readonly group: OperatorGroup;
  readonly choices: readonly (OperatorChoice & { readonly label: string })[];
}[] {
  return GROUPS.map((group) => ({
    group,
    choices: CHOICES.filter(({ type }) => GROUP_OF[type] === group).map((choice) => ({
      ...choice,
      label: describeOperator(choice.operator, negate),
    })),
  }));
}

/** Whether it compares with one value, as `at-least` does; false where it looks into a list. */
export function isComparison(operator: string): boolean {
  return placementOf(operator)?.isComparison ?? false;
}

/** What these values are. An operator of a newer server takes texts. */
export function typeOfValues(operator: string, values: readonly Scalar[]): ValueType {
  const types = placementOf(operator)?.types ?? ['text'];
  const [first] = values;
  const isUniform = values.every((value) => typeof value === typeof first);
  if (types.length > 1 && isUniform && typeof first === 'number') return 'number';
  if (types.length > 1 && isUniform && typeof first === 'boolean') return 'boolean';
  return types[0] ?? 'text';
}

function placementOf(operator: string): Placement | undefined {
  return Object.hasOwn(PLACEMENTS, operator) ? PLACEMENTS[operator as Operator] : undefined;
}
