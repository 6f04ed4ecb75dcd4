import { createElement } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

function Modal({ isStill = false }: { readonly isStill?: boolean }) {
  const isMoving = useFlag('new-checkout', false);
  return createElement('section', {
    role: 'dialog'
  }, !isStill && isMoving ? /*#__PURE__*/createElement('div', {
    className: 'moving'
  }, 'text') : 'text');
}

export const scenario = () => [<Modal key="1" />, <Modal key="2" isStill />];
