/** True in test builds only: failpoints and the movable clock live behind it, and esbuild removes them elsewhere. */
declare const __TEST_BUILD__: boolean;
/** The version of the product. */
declare const __VERSION__: string;
