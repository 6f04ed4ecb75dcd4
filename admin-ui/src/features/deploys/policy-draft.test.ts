import { expect, test } from 'vitest';
import { EMPTY_POLICY, type PolicyDraft, policyBody, policyRules } from './policy-draft.ts';

const PLANS = [
  { id: 'standard', needsSegment: false },
  { id: 'beta-first', needsSegment: true },
];

const draft = (overrides: Partial<PolicyDraft> = {}): PolicyDraft => ({
  ...EMPTY_POLICY,
  name: 'Checkout',
  tag: 'auto',
  environment: 'production',
  ...overrides,
});

function wrongIn(given: PolicyDraft): readonly string[] {
  const rules = policyRules(PLANS);
  return Object.keys(rules).filter((name) => {
    const field = name as keyof typeof rules;
    return rules[field](given[field], given) !== null;
  });
}

test.for<[overrides: Partial<PolicyDraft>, wrong: readonly string[]]>([
  [{}, []],
  [{ name: ' ', tag: '', environment: '' }, ['name', 'tag', 'environment']],
  [{ coverage: '0' }, ['coverage']],
  [{ coverage: '100.5' }, ['coverage']],
  [{ coverage: '99.5' }, []],
  [{ coverage: 'all' }, ['coverage']],
  [{ delayMinutes: '10081' }, ['delayMinutes']],
  [{ delayMinutes: '' }, ['delayMinutes']],
  [{ template: 'beta-first' }, ['segment']],
  [{ template: 'beta-first', segment: 'beta' }, []],
])('of a policy with %j these are wrong: %j', ([overrides, wrong]) => {
  expect(wrongIn(draft(overrides))).toEqual(wrong);
});

test('a segment goes with a plan that asks for one, and with no other', () => {
  expect(policyBody(draft({ template: 'beta-first', segment: ' beta ' }), PLANS)).toMatchObject({ segment: 'beta' });
  expect(policyBody(draft({ segment: 'beta', service: '' }), PLANS)).toMatchObject({ segment: null, service: null });
});
