import type { Flag, FlagConfig } from '@glidepath/core';
import { stateOf } from '@glidepath/core/change';
import { compareText } from '../store/canonical.ts';
import type { StoredDocument } from '../store/store.ts';

/** One flag with its configuration in every environment, in the order of the environments. */
export interface ListedFlag {
  readonly flag: StoredDocument<Flag>;
  readonly configs: readonly { readonly environment: string; readonly config: FlagConfig }[];
}

/** What a list may be asked for. Several words of one filter mean any of them. */
export interface FlagFilter {
  /** Part of the key, the name, the description or a tag. */
  readonly q?: string;
  readonly state?: readonly string[];
  /** Where the state is looked at; any environment if absent. */
  readonly environment?: string;
  readonly purpose?: readonly string[];
  readonly owner?: string;
  readonly tag?: readonly string[];
  /** Archived flags instead of live ones. */
  readonly archived?: boolean;
}

export const SORTS = ['key', 'name', 'purpose', 'createdAt', 'updatedAt'] as const;
export type Sort = (typeof SORTS)[number];

export interface FlagOrder {
  readonly by: Sort;
  readonly descending: boolean;
}

/** The flags that fit, in order. */
export function listed(flags: readonly ListedFlag[], filter: FlagFilter, order: FlagOrder): readonly ListedFlag[] {
  const fitting = flags.filter((listing) => fits(listing, filter));
  const sign = order.descending ? -1 : 1;
  return fitting.sort((a, b) => {
    const [left, right] = [sortValueOf(a.flag, order.by), sortValueOf(b.flag, order.by)];
    if (left === right) return compareText(a.flag.key, b.flag.key);
    return (
      sign *
      (typeof left === 'number' && typeof right === 'number' ? left - right : compareText(String(left), String(right)))
    );
  });
}

function fits({ flag: { body: flag }, configs }: ListedFlag, filter: FlagFilter): boolean {
  return (
    (flag.archivedAt !== null) === (filter.archived ?? false) &&
    (filter.owner === undefined || flag.owner === filter.owner) &&
    (filter.purpose === undefined || filter.purpose.includes(flag.purpose)) &&
    (filter.tag === undefined || filter.tag.some((tag) => flag.tags.includes(tag))) &&
    (filter.q === undefined || mentions(flag, filter.q.toLowerCase())) &&
    (filter.state === undefined || isInState(flag, configs, filter.state, filter.environment))
  );
}

function mentions(flag: Flag, q: string): boolean {
  return [flag.key, flag.name, flag.description, ...flag.tags].some((text) => text.toLowerCase().includes(q));
}

function isInState(
  flag: Flag,
  configs: ListedFlag['configs'],
  states: readonly string[],
  environment: string | undefined,
): boolean {
  return configs.some(
    (entry) =>
      (environment === undefined || entry.environment === environment) &&
      states.includes(stateOf(flag, entry.config).state),
  );
}

function sortValueOf({ body, updatedAt }: StoredDocument<Flag>, by: Sort): string | number {
  switch (by) {
    case 'key':
      return body.key;
    case 'name':
      return body.name.toLowerCase();
    case 'purpose':
      return body.purpose;
    case 'createdAt':
      return body.createdAt;
    case 'updatedAt':
      return updatedAt;
  }
}
