import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Access, accessesOf, type PrivateMember, privateName, usesIn } from './class-members.ts';
import type { Edit } from './draft.ts';
import { siblingsOf, statementRemoval } from './places.ts';
import type { Bench } from './splice.ts';

/** Private members that nothing reads or calls. */
export function eachUnusedMember(
  program: NodePath<t.Program>,
  see: (member: NodePath, key: t.Node, writes: readonly Access[]) => void,
): void {
  for (const body of usesIn(program).bodies) {
    for (const member of body.get('body') as readonly NodePath[]) {
      const name = privateName(member.node);
      const accesses = name === null ? null : accessesOf(member, name);
      if (accesses?.every((one) => one.isWrite) === true)
        see(member, (member.node as PrivateMember).key as t.Node, accesses);
    }
  }
}

/** With the statements that set it; null where one of them does more than that. */
export function memberRemoval(member: NodePath, writes: readonly Access[], bench: Bench): readonly Edit[] | null {
  const { node, scope } = member;
  const value = 'value' in node ? (node.value as t.Node | null) : null;
  const edits = writes.map(({ path }) => writeRemoval(path, bench));
  if (!bench.purity.isPure(value, scope) || edits.includes(null)) return null;
  return [...statementRemoval(member, bench.text), ...(edits as readonly (readonly Edit[])[]).flat()];
}

function writeRemoval({ parent, parentPath, key, scope }: NodePath, bench: Bench): readonly Edit[] | null {
  const statement = parentPath?.parentPath;
  if (parent.type !== 'AssignmentExpression' || key !== 'left' || parent.operator !== '=') return null;
  if (statement?.isExpressionStatement() !== true || siblingsOf(statement) === null) return null;
  return bench.purity.isPure(parent.right, scope) ? statementRemoval(statement, bench.text) : null;
}
