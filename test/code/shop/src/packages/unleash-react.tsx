import { useFlag } from '@glidepath/sdk-browser/react';

const TestComponent = () => {
  const enabled = useFlag('new-checkout', false);

  if (enabled) {
    return <SomeComponent />;
  }
  return <AnotherComponent />;
};
const SomeComponent = () => <b>some</b>;
const AnotherComponent = () => <i>another</i>;

export const scenario = () => <TestComponent />;
