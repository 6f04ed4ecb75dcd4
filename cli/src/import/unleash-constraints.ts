import type { Scalar } from '@glidepath/core';
import { comparison } from './clauses.ts';
import { ALWAYS, allOf, clauseOf, type Expression, exists, not } from './expression.ts';
import { Untranslatable } from './imported.ts';
import type { Constraint } from './unleash-shape.ts';

/** What a field of their context is called here. */
export const attributeOf = (field: string): string => (field === 'userId' ? 'key' : field);

function conditionOf(constraint: Constraint): Expression {
  const make = Object.hasOwn(OPERATORS, constraint.operator) ? OPERATORS[constraint.operator] : undefined;
  if (make === undefined) throw new Untranslatable(`there is no operator like ${constraint.operator} here`);
  const condition = make(attributeOf(constraint.field), constraint);
  return constraint.isInverted ? not(condition) : condition;
}

export const conditionOfAll = (constraints: readonly Constraint[]): Expression =>
  constraints.length === 0 ? ALWAYS : allOf(...constraints.map(conditionOf));

type Make = (attribute: string, constraint: Constraint) => Expression;

const among: Make = (attribute, { values }) => comparison({ attribute, operator: 'in' }, values.flatMap(asWritten));

/** There, everything is compared as a text. */
function asWritten(value: string): readonly Scalar[] {
  const number = Number(value);
  if (String(number) === value && Number.isFinite(number)) return [value, number];
  return value === 'true' || value === 'false' ? [value, value === 'true'] : [value];
}

const text =
  (operator: string, pattern: (quoted: string) => string): Make =>
  (attribute, { values, ignoresCase }) =>
    ignoresCase
      ? comparison(
          { attribute, operator: 'matches' },
          values.map((value) => `(?i)${pattern(quoted(value))}`),
        )
      : comparison({ attribute, operator }, values);

const quoted = (value: string): string => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const number =
  (operator: string): Make =>
  (attribute, { value }) =>
    comparison({ attribute, operator }, [Number(value)]);

const version =
  (operator: string): Make =>
  (attribute, { value }) =>
    comparison({ attribute, operator }, [value]);

const timed: Make = () => {
  throw new Untranslatable('it depends on the time: use a scheduled change here');
};

const OPERATORS: Readonly<Record<string, Make>> = {
  IN: among,
  NOT_IN: (attribute, constraint) => not(among(attribute, constraint)),
  STR_STARTS_WITH: text('starts-with', (value) => `^${value}`),
  STR_ENDS_WITH: text('ends-with', (value) => `${value}$`),
  STR_CONTAINS: text('contains', (value) => value),
  NUM_EQ: (attribute, { value }) => comparison({ attribute, operator: 'in' }, [Number(value), String(Number(value))]),
  NUM_GT: number('greater-than'),
  NUM_GTE: number('at-least'),
  NUM_LT: number('less-than'),
  NUM_LTE: number('at-most'),
  DATE_AFTER: timed,
  DATE_BEFORE: timed,
  SEMVER_EQ: version('semver-equal'),
  SEMVER_GT: version('semver-greater-than'),
  SEMVER_GTE: version('semver-at-least'),
  SEMVER_LT: version('semver-less-than'),
  SEMVER_LTE: version('semver-at-most'),
  REGEX: (attribute, { value, ignoresCase }) =>
    comparison({ attribute, operator: 'matches' }, [ignoresCase ? `(?i)${value}` : value]),
  IN_CIDR: (attribute, { values }) => inNetworks(attribute, values),
};

/** An address alone is a network of one. */
export function inNetworks(attribute: string, values: readonly string[]): Expression {
  const blocks = values.map((value) => (value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`));
  return comparison({ attribute, operator: 'in-cidr' }, blocks);
}

/** Whom a list of keys names. */
export const named = (keys: readonly string[]): Expression => clauseOf('key', 'in', keys);

/** Nobody of whom none of these is known. */
export const unknown = (attributes: readonly string[]): Expression =>
  allOf(...attributes.map((attribute) => not(exists(attribute))));
