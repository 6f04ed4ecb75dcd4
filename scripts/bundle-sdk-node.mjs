// Makes sdk-node/dist: ESM and CJS with core inside and `ws` outside, the regular-expression engine as a chunk of its own,
// and declarations that stand alone (core's beside them, paths made relative, `.d.cts` twins).
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const RE2_CHUNK = './re2.cjs';

export async function bundleSdkNode({ root, version, withTypes }) {
  const packageDir = path.join(root, 'sdk-node');
  const dist = path.join(packageDir, 'dist');
  const define = { __RE2_CHUNK__: JSON.stringify(RE2_CHUNK), __SDK_VERSION__: JSON.stringify(version) };
  const shared = {
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    external: ['ws', RE2_CHUNK],
    conditions: ['source'],
    define,
    minifySyntax: true,
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent' },
  };
  const entryPoints = { index: path.join(packageDir, 'src/index.ts') };
  await Promise.all([
    build({ ...shared, entryPoints, outdir: dist, format: 'esm' }),
    build({ ...shared, entryPoints, outdir: dist, format: 'cjs', outExtension: { '.js': '.cjs' } }),
    build({
      ...shared,
      external: [],
      minify: true,
      stdin: { contents: "export { RE2JS } from 're2js';", resolveDir: packageDir },
      outfile: path.join(dist, RE2_CHUNK),
      format: 'cjs',
    }),
    build({
      ...shared,
      entryPoints: { 'not-in-browser': path.join(packageDir, 'src/not-in-browser.ts') },
      outdir: dist,
      format: 'esm',
    }),
  ]);
  for (const file of ['LICENSE']) cpSync(path.join(root, file), path.join(packageDir, file));
  if (withTypes) writeDeclarations(packageDir, path.join(root, 'core/dist'));
}

/** Copies only the declarations that `index.d.ts` reaches. */
function writeDeclarations(packageDir, coreTypes) {
  const from = path.join(packageDir, 'dist-types');
  const to = path.join(packageDir, 'dist');
  const coreTo = path.join(to, 'core');
  rmSync(coreTo, { recursive: true, force: true });
  for (const stale of existsSync(to) ? readdirSync(to) : []) if (/\.d\.c?ts$/.test(stale)) rmSync(path.join(to, stale));
  const entries = {
    '@glidepath/core': 'index',
    '@glidepath/core/change': 'change/index',
    '@glidepath/core/explain': 'explain/explain',
    '@glidepath/core/protocol': 'protocol/index',
    '@glidepath/core/sdk': 'sdk/index',
  };
  const seen = new Set();
  const copy = (source, target) => {
    if (seen.has(target)) return;
    seen.add(target);
    const imported = [];
    const text = readFileSync(source, 'utf8')
      .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
      .replace(/(from\s+|import\()(['"])([^'"]+)\2/g, (whole, lead, quote, specifier) => {
        if (specifier in entries) {
          const file = path.join(coreTo, `${entries[specifier]}.d.ts`);
          imported.push([path.join(coreTypes, `${entries[specifier]}.d.ts`), file]);
          return `${lead}${quote}${relative(target, file)}${quote}`;
        }
        if (!specifier.startsWith('.')) return whole;
        const name = specifier.replace(/\.(js|ts)$/, '.d.ts');
        imported.push([path.resolve(path.dirname(source), name), path.resolve(path.dirname(target), name)]);
        return `${lead}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`;
      });
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    writeFileSync(
      target.replace(/\.d\.ts$/, '.d.cts'),
      text.replace(/((?:from\s+|import\()['"]\.[^'"]*)\.js(['"])/g, '$1.cjs$2'),
    );
    for (const [nextSource, nextTarget] of imported) copy(nextSource, nextTarget);
  };
  for (const entry of ['index', 'not-in-browser'])
    copy(path.join(from, `${entry}.d.ts`), path.join(to, `${entry}.d.ts`));
  rmSync(path.join(to, 'not-in-browser.d.cts'), { force: true });
}

function relative(fromFile, toFile) {
  const specifier = path
    .relative(path.dirname(fromFile), toFile)
    .replaceAll(path.sep, '/')
    .replace(/\.d\.ts$/, '.js');
  return specifier.startsWith('.') ? specifier : `./${specifier}`;
}
