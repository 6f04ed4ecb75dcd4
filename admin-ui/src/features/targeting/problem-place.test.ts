import { expect, test } from 'vitest';
import { placeOf } from './problem-place.ts';

const instructions = [
  { kind: 'turn-on' },
  { kind: 'add-rule', rule: { id: 'new', clauses: [], serve: { variation: 'on' } } },
  { kind: 'set-split', at: 'fallthrough', weights: {} },
] as const;
const rules = [{ id: 'first' }, { id: 'second' }];

test.for<[pointer: string, place: unknown, rest: string]>([
  ['/instructions/0', 'flag', ''],
  ['/instructions/1/rule/clauses/0/values/2', { rule: 'new' }, '/clauses/0/values/2'],
  ['/instructions/2/weights', 'fallthrough', '/weights'],
  ['/instructions/9/weights', 'flag', ''],
  ['/environments/production/flags/checkout/rules/1/clauses/0', { rule: 'second' }, '/clauses/0'],
  ['/environments/production/flags/checkout/prerequisites/0/flag', 'prerequisites', '/0/flag'],
  ['/environments/production/flags/checkout/prerequisites', 'prerequisites', ''],
  ['/environments/production/flags/checkout', 'flag', ''],
])('%j leads to %j', ([pointer, place, rest]) => {
  expect(placeOf(pointer, instructions, rules)).toEqual({ place, pointer: rest });
});
