import { useFlag } from '@glidepath/sdk-browser/react';

function List({ names }: { readonly names: readonly string[] }) {
  const isNew = useFlag('new-checkout', false);
  const extra = isNew ? { title: 'new' } : {};
  return (
    <ol start={isNew ? 1 : 0} {...extra}>
      {names.map((name) => (isNew ? <li key={name}>{name}!</li> : <li key={name}>{name}</li>))}
    </ol>
  );
}

export const scenario = () => <List names={['a', 'b']} />;
