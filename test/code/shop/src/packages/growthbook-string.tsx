import { useFlag } from '@glidepath/sdk-browser/react';

const ThemeName = ({ default: otherwise }: { readonly default: string }) => {
  const name = useFlag('theme', 'light');
  return <>{name !== null ? name : otherwise}</>;
};

export const scenario = () => <em><ThemeName default="plain" /></em>;
