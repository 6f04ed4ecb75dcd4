import { useFlag } from '@glidepath/sdk-browser/react';

function clsx(...given: readonly (string | false | Record<string, boolean>)[]): string {
  return given
    .flatMap((one) => (typeof one === 'object' ? Object.keys(one).filter((name) => one[name]) : one || []))
    .join(' ');
}

function Overlay() {
  const enabled = useFlag('new-checkout', false);
  return <div className={clsx('Overlay', { 'Overlay--new': enabled }, enabled && 'wide')} role={enabled ? 'none' : undefined} data-new={enabled} />;
}

export const scenario = () => <Overlay />;
