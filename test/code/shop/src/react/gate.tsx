import type { ReactNode } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

function Gate({ flag, children }: { readonly flag: string; readonly children: ReactNode }) {
  return useFlag(flag, false) ? <div>{children}</div> : null;
}

export const scenario = () => (
  <Gate flag="new-checkout">
    <b>new</b>
  </Gate>
);
