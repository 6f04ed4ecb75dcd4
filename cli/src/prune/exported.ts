import type * as t from '@babel/types';
import { wordOf } from '../code/exports.ts';
import type { FlagRead } from '../code/flag-read.ts';
import type { CodeProject } from '../code/project.ts';

/** A constant that is the value of the flag, for other files: `export const isNew = flags.variation(…)`. */
export interface ExportedValue {
  readonly file: string;
  readonly name: string;
  /** Where its name stands. */
  readonly at: number;
  readonly line: number;
}

export function exportedBy(project: CodeProject, reads: readonly FlagRead[]): readonly ExportedValue[] {
  const values = reads.filter(({ kind, isReplaceable }) => kind === 'value' && isReplaceable);
  return values.flatMap(({ at, line }) => {
    const id = constantsIn(project.code(at.file)?.program.node).find(({ init }) => init?.start === at.start)?.id;
    return id?.type === 'Identifier' ? [{ file: at.file, name: id.name, at: id.start as number, line }] : [];
  });
}

const constantsIn = (program: t.Program | undefined): readonly t.VariableDeclarator[] =>
  (program?.body ?? []).flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null;
    return declaration?.type === 'VariableDeclaration' && declaration.kind === 'const' ? declaration.declarations : [];
  });

/** What a file calls those of them that it imports. */
export function importedBy(
  project: CodeProject,
  file: string,
  values: readonly ExportedValue[],
): ReadonlyMap<string, ExportedValue> {
  const found = new Map<string, ExportedValue>();
  const text = project.textOf(file) ?? '';
  const named = values.filter((one) => one.file !== file && text.includes(one.name));
  for (const statement of named.length === 0 ? [] : (project.code(file)?.program.node.body ?? [])) {
    if (statement.type !== 'ImportDeclaration') continue;
    const module = project.resolve(file, statement.source.value);
    for (const one of statement.specifiers) {
      const name = one.type === 'ImportSpecifier' ? wordOf(one.imported) : null;
      const value = named.find((other) => other.name === name && module.kind === 'file' && module.file === other.file);
      if (value !== undefined) found.set(one.local.name, value);
    }
  }
  return found;
}

/** Whether another file passes on all that this one exports: then others may import it from there. */
export function isPassedOn(project: CodeProject, files: readonly string[], target: string): boolean {
  return files.some((file) => {
    if (!/\bexport\s*\*/.test(project.textOf(file) ?? '')) return false;
    return (project.code(file)?.program.node.body ?? []).some((statement) => {
      if (statement.type !== 'ExportAllDeclaration') return false;
      const module = project.resolve(file, statement.source.value);
      return module.kind === 'file' && module.file === target;
    });
  });
}
