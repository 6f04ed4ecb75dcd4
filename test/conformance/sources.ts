import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { transform } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One place of a source, and what stands there instead. */
export interface Change {
  /** Below the root of the repository. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Module {
  exports: unknown;
}

/** Sources of this repository, loaded so that one can be altered and only what stands on it is made anew. */
export interface Sources {
  /** Whether the file uses another, directly or not. */
  uses(file: string, other: string): boolean;
  /** Evaluates the files anew, with the change or as they are. */
  load(files: readonly string[], change: Change | null): Promise<void>;
}

/** All that is needed by `files`; `standIns` takes the place of packages. */
export async function openSources(
  files: readonly string[],
  standIns: Readonly<Record<string, unknown>>,
): Promise<Sources> {
  const codes = new Map<string, string>();
  const usedBy = new Map<string, Set<string>>();

  async function learn(file: string): Promise<void> {
    if (codes.has(file)) return;
    codes.set(file, '');
    const code = await codeOf(file, readFileSync(file, 'utf8'));
    codes.set(file, code);
    const used = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => sourceOf(name, file));
    const own = used.filter((one) => one !== null);
    for (const one of own) usedBy.set(one, (usedBy.get(one) ?? new Set()).add(file));
    await Promise.all(own.map(learn));
  }

  function evaluate(file: string, modules: Map<string, Module>, altered: ReadonlyMap<string, string>): unknown {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    modules.set(file, module);
    const outside = createRequire(file);
    const required = (name: string): unknown => {
      const source = sourceOf(name, file);
      if (source !== null) return evaluate(source, modules, altered);
      return Object.hasOwn(standIns, name) ? standIns[name] : outside(name);
    };
    const code = altered.get(file) ?? codes.get(file) ?? '';
    vm.compileFunction(code, ['require', 'module', 'exports'], { filename: file })(required, module, module.exports);
    return module.exports;
  }

  function standingOn(file: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(file)) return found;
    found.add(file);
    for (const one of usedBy.get(file) ?? []) standingOn(one, found);
    return found;
  }

  const base = new Map<string, Module>();
  await Promise.all(files.map((file) => learn(ROOT + file)));
  return {
    uses: (file, other) => standingOn(ROOT + other).has(ROOT + file),
    async load(asked, change) {
      if (change === null) {
        for (const file of asked) base.delete(ROOT + file);
        for (const file of asked) evaluate(ROOT + file, base, new Map());
        return;
      }
      const file = ROOT + change.file;
      const source = readFileSync(file, 'utf8').replace(change.from, () => change.to);
      const altered = new Map([[file, await codeOf(file, source)]]);
      const anew = standingOn(file);
      const modules = new Map([...base].filter(([one]) => !anew.has(one)));
      for (const one of asked) modules.delete(ROOT + one);
      for (const one of asked) evaluate(ROOT + one, modules, altered);
    },
  };
}

async function codeOf(file: string, source: string): Promise<string> {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: file,
    define: {
      'import.meta.url': JSON.stringify(String(pathToFileURL(file))),
      __TEST_BUILD__: 'true',
      __VERSION__: '"0.0.0-test"',
    },
  });
  return code;
}

/** Null for packages. */
function sourceOf(name: string, from: string): string | null {
  if (name.startsWith('.')) return path.resolve(path.dirname(from), name);
  const [, entry] = /^@glidepath\/core(\/.*)?$/.exec(name) ?? [null, null];
  if (entry === null) return null;
  const { exports } = createRequire(from)(`${ROOT}core/package.json`) as {
    exports: Record<string, { readonly source: string }>;
  };
  return path.join(ROOT, 'core', exports[`.${entry ?? ''}`]?.source ?? '');
}
