import { useFlag } from '@glidepath/sdk-browser/react';

function Banner({ text }: { readonly text: string }) {
  if (!useFlag('new-checkout', false)) return null;
  return <p>{text}</p>;
}

export const scenario = () => (
  <>
    <Banner text="Welcome" />
    <hr />
  </>
);
