/** True in test builds only: failpoints and the movable clock live behind it, and esbuild removes them elsewhere. */
declare const __TEST_BUILD__: boolean;
/** The version of the product. */
declare const __VERSION__: string;
/** What is said about the codes of the SDKs; made of docs/troubleshooting.md. */
declare const __ERROR_CODES__: readonly import('./http/error-pages.ts').DocumentedCode[];
