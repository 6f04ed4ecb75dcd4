import { useFlag } from '@glidepath/sdk-browser/react';

const Fresh = () => <b>new</b>;
const Stale = () => <i>old</i>;

function Checkout() {
  const isNew = useFlag('new-checkout', false);
  return (
    <main className={isNew ? 'wide' : 'narrow'}>
      {isNew ? <Fresh /> : <Stale />}
      {isNew && <small>hint</small>}
      {!isNew && <small>legacy</small>}
    </main>
  );
}

export const scenario = () => <Checkout />;
