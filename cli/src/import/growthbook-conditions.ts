import type { Scalar } from '@glidepath/core';
import { RESERVED_KEYS } from '@glidepath/core';
import { comparison, isScalar } from './clauses.ts';
import { ALWAYS, allOf, anyOf, clauseOf, type Expression, exists, NEVER, not } from './expression.ts';
import { paddedVersion } from './growthbook-evaluate.ts';
import { Untranslatable } from './imported.ts';
import { type Fields, fieldsIn, fieldsOf, isFields, listOf } from './reading.ts';

/** What an attribute of theirs is called here. */
export function attributeOf(name: string): string {
  if (name === 'id') return 'key';
  const path = name.split('.');
  if (path.some((step) => RESERVED_KEYS.has(step))) throw new Untranslatable(`nothing called ${name} is read here`);
  if (path.length === 1 && !name.startsWith('/')) return name;
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whom a condition holds for. */
export function conditionOf(condition: Fields, groups: Fields): Expression {
  return allOf(
    ...Object.entries(condition).map(([name, wanted]) => {
      const parts = () => fieldsIn(wanted).map((one) => conditionOf(one, groups));
      switch (name) {
        case '$and':
          return allOf(...parts());
        case '$or':
          return listOf(wanted).length === 0 ? ALWAYS : anyOf(...parts());
        case '$nor':
          return not(listOf(wanted).length === 0 ? ALWAYS : anyOf(...parts()));
        case '$not':
          return not(conditionOf(fieldsOf(wanted), groups));
        default:
          if (name.startsWith('$')) throw new Untranslatable(`there is nothing like ${name} here`);
          return valueCondition(attributeOf(name), wanted, groups);
      }
    }),
  );
}

function valueCondition(attribute: string, wanted: unknown, groups: Fields): Expression {
  if (wanted === null) return not(exists(attribute));
  if (typeof wanted === 'string') return clauseOf(attribute, 'in', sameText(wanted));
  if (typeof wanted === 'number') {
    const same = clauseOf(attribute, 'in', [
      wanted,
      String(wanted),
      ...(wanted === 0 ? [false, ''] : []),
      ...(wanted === 1 ? [true] : []),
    ]);
    // There, what is missing counts as 0.
    return wanted === 0 ? anyOf(same, not(exists(attribute))) : same;
  }
  const empty = { attribute, operator: 'in', values: [false, 0, ''] };
  if (wanted === true) return { kind: 'clause', clause: { ...empty, negate: true } };
  if (wanted === false) return { kind: 'clause', clause: empty };
  const operators = Object.entries(fieldsOf(wanted));
  if (!isFields(wanted) || operators.length === 0 || operators.some(([name]) => !name.startsWith('$')))
    throw new Untranslatable('it compares with an object or a list');
  return allOf(...operators.map(([name, value]) => operatorCondition(attribute, name, value, groups)));
}

/** There, everything is compared with a text as a text. */
function sameText(text: string): readonly Scalar[] {
  const number = Number(text);
  return [
    text,
    ...(String(number) === text && Number.isFinite(number) ? [number] : []),
    ...(text === 'true' ? [true] : []),
    ...(text === 'false' ? [false] : []),
  ];
}

type Make = (attribute: string, value: unknown, groups: Fields) => Expression;

function operatorCondition(attribute: string, name: string, value: unknown, groups: Fields): Expression {
  const make = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (make === undefined) throw new Untranslatable(`there is nothing like ${name} here`);
  return make(attribute, value, groups);
}

const equal: Make = (attribute, value) => {
  if (value === null) return not(exists(attribute));
  if (!isScalar(value)) return NEVER;
  return clauseOf(attribute, 'in', [value]);
};

const among: Make = (attribute, values) => {
  const listed = comparison({ attribute, operator: 'in' }, listOf(values));
  return listOf(values).includes(null) ? anyOf(listed, not(exists(attribute))) : listed;
};

const amongFolded: Make = (attribute, values) => {
  const [texts, others] = [
    listOf(values).filter((one) => typeof one === 'string'),
    listOf(values).filter((one) => typeof one !== 'string'),
  ];
  const patterns = texts.map((text) => `(?i)^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  return anyOf(comparison({ attribute, operator: 'matches' }, patterns), among(attribute, others, {}));
};

const inGroup: Make = (attribute, id, groups) => {
  const group = typeof id === 'string' && Object.hasOwn(groups, id) ? groups[id] : undefined;
  const values = Array.isArray(group)
    ? group
    : isFields(group) && group['type'] === 'list'
      ? group['values']
      : undefined;
  if (!Array.isArray(values)) throw new Untranslatable(`the saved group ${String(id)} is not in the export as a list`);
  return among(attribute, values, groups);
};

const ordered =
  (operator: string, test: (zero: number, value: number) => boolean): Make =>
  (attribute, value) => {
    if (typeof value !== 'number') throw new Untranslatable('it orders texts by their letters');
    const compared = clauseOf(attribute, operator, [value]);
    return test(0, value) ? anyOf(compared, not(exists(attribute))) : compared;
  };

const versioned =
  (operator: string, test: (order: number) => boolean): Make =>
  (attribute, value) => {
    const compared = comparison({ attribute, operator }, [value]);
    if (compared.kind !== 'clause') throw new Untranslatable(`${String(value)} is no version`);
    // There, what is missing is version 0.
    const [zero, wanted] = [paddedVersion(undefined), paddedVersion(value)];
    const order = zero === wanted ? 0 : zero < wanted ? -1 : 1;
    return test(order) ? anyOf(compared, not(exists(attribute))) : compared;
  };

const pattern =
  (prefix: string): Make =>
  (attribute, value) =>
    comparison({ attribute, operator: 'matches' }, [`${prefix}${String(value)}`]);

const OPERATORS: Readonly<Record<string, Make>> = {
  $eq: equal,
  $ne: (attribute, value, groups) => not(equal(attribute, value, groups)),
  $in: among,
  $nin: (attribute, values, groups) => not(among(attribute, values, groups)),
  $ini: amongFolded,
  $nini: (attribute, values, groups) => not(amongFolded(attribute, values, groups)),
  $inGroup: inGroup,
  $notInGroup: (attribute, id, groups) => not(inGroup(attribute, id, groups)),
  $exists: (attribute, value) => (value ? exists(attribute) : not(exists(attribute))),
  $not: (attribute, value, groups) => not(valueCondition(attribute, value, groups)),
  $lt: ordered('less-than', (zero, value) => zero < value),
  $lte: ordered('at-most', (zero, value) => zero <= value),
  $gt: ordered('greater-than', (zero, value) => zero > value),
  $gte: ordered('at-least', (zero, value) => zero >= value),
  $veq: versioned('semver-equal', (order) => order === 0),
  $vne: (attribute, value, groups) => not(versioned('semver-equal', (order) => order === 0)(attribute, value, groups)),
  $vlt: versioned('semver-less-than', (order) => order < 0),
  $vlte: versioned('semver-at-most', (order) => order <= 0),
  $vgt: versioned('semver-greater-than', (order) => order > 0),
  $vgte: versioned('semver-at-least', (order) => order >= 0),
  $regex: pattern(''),
  $regexi: pattern('(?i)'),
};
