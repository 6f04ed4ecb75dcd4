/**
 * How a definition is built, so that a file can be brought up to date without touching what people wrote around it.
 * `fields`: names with a meaning; others are left alone. `each`: names are the writer's own. `list`: entries are the
 * same where `same` says so, wherever they stand. `whole`: nothing inside is anything of its own.
 */
export type Shape =
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, Shape>> }
  | { readonly kind: 'each'; readonly of: Shape; readonly keeps: boolean }
  | { readonly kind: 'list'; readonly of: Shape; readonly same: readonly string[] };

const whole: Shape = { kind: 'whole' };
const fields = (named: Readonly<Record<string, Shape>>): Shape => ({ kind: 'fields', fields: named });
const list = (of: Shape, ...same: readonly string[]): Shape => ({ kind: 'list', of, same });
const each = (of: Shape): Shape => ({ kind: 'each', of, keeps: false });
/** Environments that the service does not speak of are for `plan` to complain about. */
const environments = (of: Shape): Shape => ({ kind: 'each', of, keeps: true });

const by = fields({ contextKind: whole, attribute: whole });
const clauses = list(
  fields({ kind: whole, attribute: whole, operator: whole, values: whole, negate: whole }),
  'kind',
  'attribute',
  'operator',
);
const serve = fields({
  variation: whole,
  split: fields({ weights: each(whole), by, salt: whole, allocation: whole }),
});
const environment = fields({
  on: whole,
  offVariation: whole,
  prerequisites: list(fields({ flag: whole, variations: whole }), 'flag'),
  targets: list(fields({ contextKind: whole, variation: whole, keys: whole }), 'contextKind', 'variation'),
  rules: list(fields({ id: whole, name: whole, clauses, serve }), 'id'),
  fallthrough: serve,
  plan: fields({
    template: whole,
    segment: whole,
    variation: whole,
    control: whole,
    at: whole,
    by,
    stages: whole,
    gates: whole,
    onFailure: whole,
    requires: whole,
    runbook: whole,
  }),
});

export const FLAG_SHAPE: Shape = fields({
  key: whole,
  type: whole,
  name: whole,
  description: whole,
  purpose: whole,
  owner: whole,
  lifetimeDays: whole,
  tags: whole,
  links: list(fields({ kind: whole, url: whole, title: whole }), 'url'),
  metadata: each(whole),
  clientSide: whole,
  salt: whole,
  jsonSchema: whole,
  archived: whole,
  variations: list(fields({ key: whole, value: whole, name: whole, description: whole }), 'key'),
  environments: environments(environment),
});

const members = list(fields({ contextKind: whole, keys: whole }), 'contextKind');

export const SEGMENT_SHAPE: Shape = fields({
  key: whole,
  name: whole,
  description: whole,
  environments: environments(
    fields({
      included: members,
      excluded: members,
      rules: list(fields({ id: whole, name: whole, clauses, share: whole, by, salt: whole }), 'id'),
    }),
  ),
});
