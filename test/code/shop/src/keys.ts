export enum Flag {
  NewCheckout = 'new-checkout',
  Beta = 'beta',
}

export const KEYS = {
  newCheckout: 'new-checkout',
  beta: 'beta',
} as const;

export const THEME_KEY = 'theme';
