import type { IntegrationView } from '@glidepath/server/api-types';
import { expect, test } from 'vitest';
import { setUpSteps } from './set-up-steps.ts';

const ADDRESS = 'https://flags.example/hooks/v1/7';
const codeOf = (kind: IntegrationView['kind'], environment: string | null) =>
  setUpSteps({ kind, service: null, environment }, ADDRESS)
    .map(({ text, code = '' }) => `${text} ${code}`)
    .join('\n');

test.for(['argo-cd', 'flux'] as const)('what is pasted for %s holds the address', (kind) => {
  expect(codeOf(kind, null)).toContain(ADDRESS);
});

test('a webhook of one environment does not ask for its name over there', () => {
  expect(codeOf('github', null)).toContain('Name its environments');
  expect(codeOf('github', 'production')).not.toContain('Name its environments');
  expect(codeOf('generic', 'production')).not.toContain('"environment"');
});

test('the body for anything that signs is one that can be sent', () => {
  const code = setUpSteps({ kind: 'generic', service: null, environment: null }, ADDRESS)[0]?.code ?? '';
  expect(JSON.parse(code)).toEqual({
    service: 'checkout',
    environment: 'production',
    version: '2.4.1',
    status: 'succeeded',
    url: 'https://ci.example/runs/81',
  });
});
