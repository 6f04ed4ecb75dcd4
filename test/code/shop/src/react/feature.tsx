import { Feature } from '@glidepath/sdk-browser/react';

export const scenario = () => (
  <ul>
    <Feature flag="new-checkout" fallback={false} otherwise={<li>old</li>}>
      <li>new</li>
      <li>newer</li>
    </Feature>
    <li key="last">last</li>
  </ul>
);
