/** The names that lead to an attribute: one, or several for a path such as `/address/city`. */
export function pathOf(attribute: string): readonly string[] {
  if (!attribute.startsWith('/')) return [attribute];
  return attribute
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
