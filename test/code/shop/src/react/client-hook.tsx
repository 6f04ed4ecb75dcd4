import { useFlagsClient } from '@glidepath/sdk-browser/react';

function Price({ amount }: { readonly amount: number }) {
  const client = useFlagsClient();
  const fee = client.variation('new-checkout', false) ? 0 : 2;
  return <span>{amount + fee}</span>;
}

export const scenario = () => <Price amount={5} />;
