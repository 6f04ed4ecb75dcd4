import type { Context, ContextInput, Json, MultiContext } from '@glidepath/core';

/** A context as people write it down: plain JSON, of one kind or one body per kind. */
export type UserContext = Readonly<Record<string, Json>>;

/** How a context is called: by its key, with its kind where that is not `user`. */
export function contextName(context: ContextInput): string {
  if (context === null || context === undefined) return 'nobody in particular';
  if (!isMulti(context)) return singleName(context);
  const names = Object.entries(context).flatMap(([kind, body]) => (isBody(body) ? [bodyName(kind, body)] : []));
  return names.length === 0 ? 'nobody in particular' : names.join(' · ');
}

/** Its attributes other than key and kind, shortened: `country RO, plan pro`. */
export function attributesInWords(context: ContextInput, most: number): string {
  if (context === null || context === undefined || isMulti(context)) return '';
  const attributes = Object.entries(context).filter(([name]) => name !== 'key' && name !== 'kind');
  const words = attributes.slice(0, most).map(([name, value]) => `${name} ${shortened(value)}`);
  return [...words, ...(attributes.length > most ? ['…'] : [])].join(', ');
}

/** Whether it has a body for each of several kinds. */
function isMulti(context: Context): context is MultiContext {
  const kind = 'kind' in context ? context.kind : undefined;
  if (kind === 'multi') return true;
  const bodies = Object.values(context);
  return kind === undefined && !('key' in context) && bodies.length > 0 && bodies.every(isBody);
}

function isBody(value: unknown): value is { readonly key?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function singleName({ kind, key }: { readonly kind?: unknown; readonly key?: unknown }): string {
  return bodyName(typeof kind === 'string' ? kind : 'user', { key });
}

function bodyName(kind: string, { key }: { readonly key?: unknown }): string {
  const isKeyed = typeof key === 'string' || typeof key === 'number';
  if (kind === 'user') return isKeyed ? String(key) : 'a user without a key';
  return isKeyed ? `${kind} ${key}` : `${kind} without a key`;
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
