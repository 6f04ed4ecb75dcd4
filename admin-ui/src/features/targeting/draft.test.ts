import { aConfig, aFlag, aRule } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { EMPTY_CLAUSE } from '../rules/rule-draft.ts';
import { NO_EDITS, rebased, ruleDraftsOf, targetId, withTargetKeys } from './draft.ts';

const flag = aFlag();
const user = (variation: string) => targetId({ contextKind: 'user', variation });

describe('a key that is named for a variation', () => {
  const config = aConfig({ targets: [{ variation: 'on', contextKind: 'user', keys: ['ana', 'radu'] }] });

  test('leaves the one that it was named for, in the draft as on the server', () => {
    const edited = withTargetKeys(config, {}, { contextKind: 'user', variation: 'off' }, ['ana']);
    expect(edited).toEqual({ [user('on')]: ['radu'], [user('off')]: ['ana'] });
  });

  test('stays where it is for another kind of context', () => {
    const edited = withTargetKeys(config, {}, { contextKind: 'device', variation: 'off' }, ['ana']);
    expect(edited).toEqual({ 'device\toff': ['ana'] });
  });
});

describe('edits on top of what somebody else has saved', () => {
  const base = aConfig({ rules: [aRule({ id: 'a' }), aRule({ id: 'b' })] });
  const theirs = aConfig({ on: false, rules: [aRule({ id: 'a', name: 'Theirs' }), aRule({ id: 'b' })] });

  test('leave alone what they did not touch', () => {
    expect(rebased({ ...NO_EDITS, on: true }, { base, live: theirs, flag })).toEqual({ ...NO_EDITS, on: true });
  });

  test('keep their rules and mine', () => {
    const rules = ruleDraftsOf(base, flag).map((rule) =>
      rule.id === 'b' ? { ...rule, clauses: [EMPTY_CLAUSE] } : rule,
    );
    const merged = rebased({ ...NO_EDITS, rules }, { base, live: theirs, flag }).rules;
    expect(merged).toMatchObject([
      { id: 'a', name: 'Theirs' },
      { id: 'b', clauses: [EMPTY_CLAUSE] },
    ]);
  });
});
