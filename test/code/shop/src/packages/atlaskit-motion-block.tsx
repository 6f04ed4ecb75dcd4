import { useMemo, useState } from 'react';
import { useFlag } from '@glidepath/sdk-browser/react';

function Motion({ children }: { readonly children: string }) {
  const [count] = useState(1);
  if (useFlag('new-checkout', false)) {
    // eslint-disable-next-line react-hooks/rules-of-hooks
    const style = useMemo(() => ({ opacity: count }), [count]);
    return <div style={style}>{children}</div>;
  }
  return <div data-count={count}>{children}</div>;
}

export const scenario = () => <Motion>moves</Motion>;
