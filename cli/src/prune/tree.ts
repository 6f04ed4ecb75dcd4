import * as t from '@babel/types';

/** The nodes right within a node, in the order of the text. */
export function childrenOf(node: t.Node): readonly t.Node[] {
  return (t.VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    const child = (node as unknown as Record<string, unknown>)[key];
    const all = (Array.isArray(child) ? child : [child]) as readonly (t.Node | null | undefined)[];
    return all.filter((one): one is t.Node => one !== null && one !== undefined);
  });
}

export function holds(node: t.Node, type: t.Node['type']): boolean {
  let isFound = false;
  t.traverseFast(node, (one) => {
    isFound ||= one.type === type;
  });
  return isFound;
}

/** Texts over several lines, in which every space counts. */
export function fixedSpans(node: t.Node): readonly (readonly [start: number, end: number])[] {
  const spans: [number, number][] = [];
  t.traverseFast(node, (one) => {
    if (one.type === 'TemplateElement' || one.type === 'StringLiteral')
      spans.push([one.start as number, one.end as number]);
  });
  return spans;
}
