import { useFlag } from '@glidepath/sdk-browser/react';

const useFeature = (key: string): boolean => useFlag(key, false);

function Title() {
  return <h1>{useFeature('new-checkout') ? 'New shop' : 'Shop'}</h1>;
}

export const scenario = () => <Title />;
