import type { ReactNode } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

type Props = { readonly children: ReactNode } & ({ readonly with: string } | { readonly without: string });

const FeatureFlagged = (props: Props) => {
  const { children } = props;
  const isOn = useFlag('with' in props ? props.with : props.without, false);
  return 'with' in props === isOn ? <>{children}</> : null;
};

export const scenario = () => (
  <main>
    <FeatureFlagged with="new-checkout">new</FeatureFlagged>
    <FeatureFlagged without="new-checkout">old</FeatureFlagged>
  </main>
);
