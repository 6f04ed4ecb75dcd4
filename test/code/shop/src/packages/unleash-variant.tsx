import { useFlag } from '@glidepath/sdk-browser/react';

export const Themed = () => {
  const variant = useFlag('theme', 'light');

  if (variant === 'light') {
    return <p>day</p>;
  }
  if (variant === 'dark') {
    return <p>night</p>;
  }
  return <p>dusk</p>;
};

export const scenario = () => <Themed />;
