import type { FlagsClient } from '@glidepath/sdk-node';

/** Who visits: the key decides into which share of a rollout they fall. */
export type Visitor = {
  readonly key: string;
  readonly country: string;
};

/** The flags of this shop in one place, each with the value that is right when nobody answers. */
export const shopFlags = (flags: FlagsClient) => ({
  newCheckout: (visitor: Visitor) => flags.variation('new-checkout', visitor, false),
  banner: (visitor: Visitor) => flags.variation('banner-text', visitor, ''),
  pageSize: (visitor: Visitor) => flags.variation('page-size', visitor, 3),
});

export type ShopFlags = ReturnType<typeof shopFlags>;
