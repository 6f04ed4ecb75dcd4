import type { ReactNode } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

interface Props {
  readonly name: string;
  readonly children: ReactNode | ((isOn: boolean) => ReactNode);
}

function Feature({ name, children }: Props) {
  const isOn = useFlag(name, false);
  if (typeof children === 'function') return <>{children(isOn)}</>;
  return isOn ? <>{children}</> : null;
}

export const scenario = () => (
  <Feature name="new-checkout">{(isOn) => (isOn ? <b>v2</b> : <i>v1</i>)}</Feature>
);
