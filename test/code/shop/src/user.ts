export const ann = { key: 'ann', plan: 'pro' };
