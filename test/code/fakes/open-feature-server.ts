import { createClient } from './sdk.ts';

/** On servers whoever asks has to wait. */
export const OpenFeature = {
  getClient: () => ({ getBooleanValue: async (flag: string) => createClient().getBooleanValue(flag) }),
};
