import type { Json } from '@glidepath/core';
import { type PrunedProject, prunedProject } from './prune-project.ts';

const ROOT = '/shop';

interface Wish {
  readonly value?: Json;
  readonly variation?: string;
  readonly pure?: readonly string[];
}

/** What becomes of files that exist only here, by their relative names, when `new-checkout` goes. */
export function pruneIn(
  sources: Readonly<Record<string, string>>,
  { value = true, variation = 'on', pure = [] }: Wish = {},
): { readonly project: PrunedProject; text(name: string): string } {
  const texts = new Map(Object.entries(sources).map(([name, text]) => [`${ROOT}/${name}`, text]));
  const source = { read: (file: string) => texts.get(file) ?? null, exists: (file: string) => texts.has(file) };
  const forward = { key: 'new-checkout', variation, value };
  const project = prunedProject({
    files: [...texts.keys()],
    folder: ROOT,
    isWanted: () => true,
    source,
    forward,
    wrappers: [],
    pure,
  });
  return {
    project,
    text: (name) => project.files.find(({ file }) => file === `${ROOT}/${name}`)?.after ?? sources[name] ?? '',
  };
}
