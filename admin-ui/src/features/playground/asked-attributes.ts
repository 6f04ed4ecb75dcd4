import type { FlagConfig } from '@glidepath/core';

/** Names of the user's attributes that the rules of a configuration read, in the order of their first use. */
export function askedAttributes({ rules }: Pick<FlagConfig, 'rules'>): readonly string[] {
  const clauses = rules.flatMap((rule) => rule.clauses);
  const names = clauses
    .filter(({ kind = 'user', operator }) => kind === 'user' && operator !== 'in-segment')
    .map(({ attribute }) => attribute)
    // A path leads into an attribute that is an object: it is written as JSON.
    .filter((name) => name !== 'key' && name !== 'kind' && !name.startsWith('/'));
  return [...new Set(names)];
}
