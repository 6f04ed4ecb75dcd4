import { Feature } from '@glidepath/sdk-browser/react';

export const scenario = () => (
  <div>
    <Feature flag="new-checkout" fallback={false}>Welcome to the new shop</Feature>
  </div>
);
