// What a page may weigh at most, and what is evaluated in every process. `npm run bench:size` shows others beside it.

/** As bundlers of applications do it: modules for browsers of today, and what is beside stays beside. */
const inModules = (config) => ({ ...config, format: 'esm', target: 'es2022' });
const page = (name, entry, limit, ignore = []) => ({
  name,
  path: `sdk-browser/dist/${entry}.js`,
  limit,
  gzip: true,
  ignore,
  modifyEsbuildConfig: inModules,
});

export default [
  {
    name: 'core: evaluation, without readers of versions, networks and instants, RE2 and explain',
    path: 'core/src/evaluate/index.ts',
    limit: '4 kB',
    brotli: true,
  },
  {
    name: 'core: an environment with every operator, without RE2 and explain',
    path: 'core/src/index.ts',
    import: '{ openEnvironment }',
    limit: '6.7 kB',
    brotli: true,
  },
  page('sdk-browser', 'index', '6 kB'),
  page('sdk-browser/react, beside sdk-browser', 'react', '1.5 kB', ['react', './index.js']),
  page('sdk-browser with sdk-browser/react', 'react', '7.2 kB', ['react']),
  page('sdk-browser/openfeature, beside sdk-browser', 'openfeature', '1.5 kB', ['@openfeature/web-sdk', './index.js']),
  page('sdk-browser/health, beside sdk-browser', 'health', '3.2 kB', ['./page-breaker.js']),
  page('the breaker of a page, on demand', 'page-breaker', '1.5 kB'),
  page('sdk-browser/devtools, on demand', 'devtools', '12 kB'),
];
