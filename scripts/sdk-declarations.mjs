// The declarations of a published package: only what its entries reach, core's beside them, for both formats.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CORE = {
  '@glidepath/core': 'index',
  '@glidepath/core/change': 'change/index',
  '@glidepath/core/explain': 'explain/explain',
  '@glidepath/core/protocol': 'protocol/index',
  '@glidepath/core/sdk': 'sdk/index',
};

/** What applications compile for is seldom new enough to know of it. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/** Writes `packageDir`/dist from its dist-types and `coreTypes`; entries in `esm` have no CommonJS twin. */
export function writeDeclarations(packageDir, coreTypes, { dual, esm }) {
  const from = path.join(packageDir, 'dist-types');
  const to = path.join(packageDir, 'dist');
  const coreTo = path.join(to, 'core');
  rmSync(coreTo, { recursive: true, force: true });
  for (const stale of existsSync(to) ? readdirSync(to) : []) if (/\.d\.c?ts$/.test(stale)) rmSync(path.join(to, stale));
  const seen = new Set();
  const copy = (source, target) => {
    if (seen.has(target)) return;
    seen.add(target);
    const imported = [];
    const declared = readFileSync(source, 'utf8');
    const text = `${/asyncDispose|AsyncDisposable/.test(declared) ? DISPOSABLE : ''}${declared}`
      .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
      .replace(/(from\s+|import\s+|import\()(['"])([^'"]+)\2/g, (whole, lead, quote, specifier) => {
        if (specifier in CORE) {
          const file = path.join(coreTo, `${CORE[specifier]}.d.ts`);
          imported.push([path.join(coreTypes, `${CORE[specifier]}.d.ts`), file]);
          return `${lead}${quote}${relative(target, file)}${quote}`;
        }
        if (specifier.startsWith('@glidepath/core'))
          throw new Error(`${source} names ${specifier}, which is unknown here`);
        if (!specifier.startsWith('.')) return whole;
        const name = specifier.replace(/\.(?:js|tsx?)$/, '.d.ts');
        imported.push([path.resolve(path.dirname(source), name), path.resolve(path.dirname(target), name)]);
        return `${lead}${quote}${specifier.replace(/\.tsx?$/, '.js')}${quote}`;
      });
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    writeFileSync(
      target.replace(/\.d\.ts$/, '.d.cts'),
      text.replace(/((?:from\s+|import\s+|import\()['"]\.[^'"]*)\.js(['"])/g, '$1.cjs$2'),
    );
    for (const [nextSource, nextTarget] of imported) copy(nextSource, nextTarget);
  };
  for (const entry of [...dual, ...esm]) copy(path.join(from, `${entry}.d.ts`), path.join(to, `${entry}.d.ts`));
  for (const entry of esm) rmSync(path.join(to, `${entry}.d.cts`), { force: true });
}

function relative(fromFile, toFile) {
  const specifier = path
    .relative(path.dirname(fromFile), toFile)
    .replaceAll(path.sep, '/')
    .replace(/\.d\.ts$/, '.js');
  return specifier.startsWith('.') ? specifier : `./${specifier}`;
}
