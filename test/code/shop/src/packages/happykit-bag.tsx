import { useFlag } from '@glidepath/sdk-browser/react';

const useFlags = () => ({ flags: { checkout: useFlag('new-checkout', false), beta: useFlag('beta', false) } });

const Index = () => {
  const flagBag = useFlags();
  return <p>{flagBag.flags.checkout ? 'new' : 'old'} {flagBag.flags.beta ? 'beta' : ''}</p>;
};

export const scenario = () => <Index />;
