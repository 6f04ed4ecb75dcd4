import { flags } from '../client.ts';
import { ann } from '../user.ts';

const useFlags = () => flags.allFlagsState(ann).values;

const Header = () => {
  const shown = useFlags();
  return shown['new-checkout'] ? <b>new</b> : <i>old</i>;
};

export const scenario = () => <Header />;
