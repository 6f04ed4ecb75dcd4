/** Bundling the server SDK for a page would publish its key, so a page gets this instead and its build fails. */
export const sdkNodeHoldsASecretKeyAndMustNotRunInABrowser = true;
