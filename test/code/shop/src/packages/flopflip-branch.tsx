import type { ComponentType } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

const branchOn = ({ flag }: { readonly flag: string }, Off: ComponentType) => (On: ComponentType) =>
  function Branch() {
    return useFlag(flag, false) ? <On /> : <Off />;
  };

const Page = branchOn({ flag: 'new-checkout' }, () => <i>old</i>)(() => <b>new</b>);

export const scenario = () => <Page />;
