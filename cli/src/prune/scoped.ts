import traverseModule, { type NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type ParsedTree, parsedAnyhow } from '../code/parse.ts';

/** The module is CommonJS: what bundlers and Node make of its default export differs. */
const traverse: typeof traverseModule.default =
  typeof traverseModule === 'function' ? traverseModule : traverseModule.default;

/** A file that was parsed, with its scopes. */
export interface ParsedFile extends ParsedTree {
  readonly program: NodePath<t.Program>;
}

/** Throws where it cannot be read. `text` is of TypeScript or JavaScript. */
export const parseFile = (file: string, text: string): ParsedFile =>
  parsedAnyhow(file, text, true, (tree) => ({ ...tree, program: programOf(tree.ast) }));

/** Throws where the same name is declared twice. */
function programOf(ast: t.File): NodePath<t.Program> {
  let program: NodePath<t.Program> | undefined;
  traverse(ast, {
    Program(path) {
      program = path;
      path.stop();
    },
  });
  if (program === undefined) throw new Error('there is no program in it');
  return program;
}
