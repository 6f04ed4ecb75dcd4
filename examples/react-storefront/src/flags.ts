/** The flags of this shop, for the server and the page alike: a wrong key or fallback does not compile. */
export interface StorefrontFlags {
  'banner-text': string;
  'new-checkout': boolean;
  'page-size': number;
  recommendations: boolean;
}

declare module '@glidepath/sdk-browser' {
  interface Register {
    flags: StorefrontFlags;
  }
}
declare module '@glidepath/sdk-node' {
  interface Register {
    flags: StorefrontFlags;
  }
}
