import type * as t from '@babel/types';

/** What is written of a key that is put together, in order; '' stands for the rest; null: nothing is. */
export function partsOf(node: t.Node): readonly string[] | null {
  const parts = node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked ?? '') : sumOf(node);
  return parts === null || parts.every((part) => part === '') ? null : parts;
}

/** `'new-' + name` */
function sumOf(node: t.Node): readonly string[] | null {
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null;
  const [left, right] = [partOf(node.left), partOf(node.right)];
  return [...left.slice(0, -1), `${left.at(-1) ?? ''}${right[0] ?? ''}`, ...right.slice(1)];
}

const partOf = (node: t.Node): readonly string[] =>
  sumOf(node) ?? (node.type === 'StringLiteral' ? [node.value] : ['', '']);
