import { createElement, useMemo } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

interface Props {
  readonly offset: number;
  readonly side: string;
}

export function Popup({ offset, side }: Props) {
  if (useFlag('new-checkout', false)) {
    return createElement(OnTop, { offset: offset, side: side });
  }
  return createElement(InPlace, { offset: offset, side: side });
}
function InPlace({ offset, side }: Props) {
  const style = useMemo(() => ({ left: offset }), [offset]);
  return createElement('div', { style }, side);
}
function OnTop({ offset, side }: Props) {
  return createElement('dialog', { open: true, style: { top: offset } }, side);
}

export const scenario = () => <Popup offset={2} side="left" />;
