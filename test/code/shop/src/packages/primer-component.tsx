import { useFlag } from '@glidepath/sdk-browser/react';

function Timeline({ items }: { readonly items: readonly string[] }) {
  const useListSemantics = useFlag('new-checkout', false);
  const Component = useListSemantics ? 'ul' : 'div';
  const Item = useListSemantics ? 'li' : 'span';
  return (
    <Component>
      {items.map((item) => (
        <Item key={item}>{item}</Item>
      ))}
    </Component>
  );
}

export const scenario = () => <Timeline items={['a', 'b']} />;
