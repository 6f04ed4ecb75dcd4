import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

interface Step {
  readonly title: string;
  readonly ui?: { readonly featureFlag?: string };
}

const steps: readonly Step[] = [
  { title: 'cart' },
  { title: 'express', ui: { featureFlag: 'new-checkout' } },
  { title: 'beta', ui: { featureFlag: 'beta' } },
];

export function scenario(): void {
  const shown = steps.filter((step) => {
    const flag = step.ui?.featureFlag;
    return flag ? flags.variation(flag, ann, false) : true;
  });
  log('shown', shown.map(({ title }) => title));
}
