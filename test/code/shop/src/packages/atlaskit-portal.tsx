import { createElement, type ReactNode } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

const Inner = ({ layer, children }: { readonly layer: number; readonly children?: ReactNode }) => <p data-layer={layer}>{children}</p>;
const InnerNew = ({ layer, children }: { readonly layer: number; readonly children?: ReactNode }) => <b data-layer={layer}>{children}</b>;

export default function Portal({ layer, isLater, children }: { readonly layer: number; readonly isLater: boolean; readonly children: ReactNode }) {
  return !useFlag('new-checkout', false) ? isLater ? /*#__PURE__*/createElement(Inner, {
    layer: layer
  }, children) : null : /*#__PURE__*/createElement(InnerNew, {
    layer: layer
  }, children);
}

export const scenario = () => [<Portal key="1" layer={1} isLater>one</Portal>, <Portal key="2" layer={2} isLater={false}>two</Portal>];
