/** What a context or a fallback may hold that JSON cannot say: an object with the property `$` names it. */
interface Tag {
  readonly $: string;
  readonly ms?: number;
  readonly own?: Readonly<Record<string, unknown>>;
  readonly from?: Readonly<Record<string, unknown>>;
}

const MAKERS: Readonly<Record<string, (tag: Tag) => unknown>> = {
  undefined: () => undefined,
  nan: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  'negative-infinity': () => Number.NEGATIVE_INFINITY,
  'negative-zero': () => -0,
  bigint: () => 7n,
  symbol: () => Symbol('tagged'),
  function: () => () => true,
  date: ({ ms = Number.NaN }) => new Date(ms),
  instance: ({ own }) => Object.assign(new Instance(), untagged(own)),
  'null-prototype': ({ own }) => Object.assign(Object.create(null), untagged(own)),
  inherits: ({ from, own }) => Object.assign(Object.create(untagged(from) as object), untagged(own)),
  'revoked-proxy': revokedProxy,
};

class Instance {}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** The value that a case means. A getter that throws can only be a property: its tag is replaced where it stands. */
export function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(untagged);
  if (isTag(value)) return made(value);
  const result = {};
  for (const [name, inner] of Object.entries(value)) {
    const property =
      isTag(inner) && inner.$ === 'throws' ? { get: refuse, enumerable: true } : plainProperty(untagged(inner));
    // Defined rather than assigned, because a name may be `__proto__`.
    Object.defineProperty(result, name, property);
  }
  return result;
}

/** Whether a value holds anything that JSON cannot say. */
export function hasTags(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isTag(value) || Object.values(value).some(hasTags);
}

function made(tag: Tag): unknown {
  const make = MAKERS[tag.$];
  if (make === undefined) throw new Error(`no case may hold the tag ${tag.$}`);
  return make(tag);
}

function isTag(value: unknown): value is Tag {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$');
}

function plainProperty(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}

function refuse(): never {
  throw new Error('this attribute cannot be read');
}
