import { createContext, createElement, Fragment, type ReactNode, useContext } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

const Leaving = createContext('nobody');
const Told = () => <i>{useContext(Leaving)}</i>;

export default function Boundary({ children }: { readonly children: ReactNode }) {
  return useFlag('new-checkout', false) ? /*#__PURE__*/createElement(Leaving.Provider, {
    value: 'all'
  }, children) : /*#__PURE__*/createElement(Fragment, null, children);
}

export const scenario = () => <Boundary><Told /></Boundary>;
