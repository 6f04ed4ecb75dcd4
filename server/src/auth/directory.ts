import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ApiTokenBody, EnvironmentBody, MemberBody, SdkKeyBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { ClosedKeys } from './derived-keys.ts';
import type { Principal, Role, SdkKey } from './principal.ts';
import { hashOf, kindOfSecret } from './secrets.ts';

/** Who may come in, in memory: a storm of reconnecting SDKs costs no query. At most a second old. */
export interface Directory {
  /** Who holds this secret now; null = unknown, revoked or expired. */
  holderOf(secret: string): Principal | null;
  /** Roles and name of a member who may act; null = unknown or disabled. */
  member(id: string): DirectoryMember | null;
  /** The key with this id, as long as it is valid. */
  sdkKey(id: string): SdkKey | null;
  /** The server keys of an environment that are valid now. */
  serverKeys(environment: string): readonly KnownServerKey[];
  /** What holds for everybody in an environment; null = there is none. */
  environment(id: string): EnvironmentRules | null;
  /** Whether any client key names this origin. */
  allowsOrigin(origin: string): boolean;
  /** Reads again what has changed; called after each write of ours, so that its effect is immediate. */
  refresh(): Promise<void>;
  /** Told whenever anything may be other than it was. */
  onChanged(listener: () => void): () => void;
  /** Tells of SDK keys that were revoked or have expired. */
  onRevoked(listener: (keyIds: readonly string[]) => void): () => void;
  close(): void;
}

export interface DirectoryMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: Readonly<Record<string, Role>>;
}

export interface KnownServerKey {
  readonly id: string;
  /** Names the key without being it: the first 8 bytes of its SHA-256, hexadecimal. */
  readonly print: string;
  /** Null: the key was made before any were kept. */
  readonly closed: ClosedKeys | null;
}

export type EnvironmentRules = Pick<EnvironmentBody, 'critical' | 'secureMode' | 'reasonsInBrowsers'>;

export interface DirectoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

interface View {
  readonly version: number;
  readonly members: ReadonlyMap<string, DirectoryMember>;
  readonly tokens: ReadonlyMap<string, StoredDocument<ApiTokenBody>>;
  readonly keys: ReadonlyMap<string, StoredDocument<SdkKeyBody>>;
  readonly keysById: ReadonlyMap<string, StoredDocument<SdkKeyBody>>;
  readonly origins: ReadonlySet<string>;
  readonly environments: ReadonlyMap<string, EnvironmentRules>;
}

const POLL_MS = 1_000;
const PRINT_DIGITS = 16;
const EMPTY: View = {
  version: -1,
  members: new Map(),
  tokens: new Map(),
  keys: new Map(),
  keysById: new Map(),
  origins: new Set(),
  environments: new Map(),
};

/** Opens the directory and reads it for the first time. */
export async function openDirectory({ store, clock, logger }: DirectoryOptions): Promise<Directory> {
  const listeners = new Set<(keyIds: readonly string[]) => void>();
  const followers = new Set<() => void>();
  let view = EMPTY;
  let live: ReadonlySet<string> = new Set();
  let closed = false;
  let running: Promise<void> | null = null;

  async function load(): Promise<void> {
    const version = await store.accessVersion();
    const isChanged = version !== view.version;
    if (isChanged) view = await readView(store, version);
    tellRevoked();
    if (isChanged) for (const follower of followers) follower();
  }

  /** Also finds keys whose time is over although nobody wrote anything. */
  function tellRevoked(): void {
    const now = clock.now();
    const stillLive = new Set<string>();
    for (const { id, body } of view.keys.values()) if (isLive(body, now)) stillLive.add(id);
    const revoked = [...live].filter((id) => !stillLive.has(id));
    live = stillLive;
    if (revoked.length > 0) for (const listener of listeners) listener(revoked);
  }

  async function refresh(): Promise<void> {
    // A load that is under way may have read before the caller's write: wait for it, then read again.
    await running?.catch(() => undefined);
    running ??= load().finally(() => {
      running = null;
    });
    return running;
  }

  async function poll(): Promise<void> {
    try {
      await refresh();
    } catch (error) {
      // Without the database everybody who was known stays known, as long as their time is not over.
      logger.warn({ err: error }, 'the directory of keys and members could not be read');
      tellRevoked();
    }
    if (!closed) timer = clock.setTimer(() => void poll(), POLL_MS);
  }

  await load();
  let timer = clock.setTimer(() => void poll(), POLL_MS);
  const unwatch = store.watch(() => void refresh().catch(() => undefined));

  return {
    holderOf: (secret) => holderIn(view, secret, clock.now()),
    member: (id) => view.members.get(id) ?? null,
    sdkKey: (id) => sdkKeyOf(view.keysById.get(id), clock.now()),
    serverKeys: (environment) => serverKeysIn(view, environment, clock.now()),
    environment: (id) => view.environments.get(id) ?? null,
    allowsOrigin: (origin) => view.origins.has(origin),
    refresh,
    onChanged(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      unwatch();
      timer.cancel();
    },
  };
}

function isLive({ expiresAt }: { readonly expiresAt: number | null }, now: number): boolean {
  return expiresAt === null || expiresAt > now;
}

async function readView(store: Store, version: number): Promise<View> {
  const members = await store.documents<MemberBody>('member');
  const tokens = await store.documents<ApiTokenBody>('api-token');
  const keys = await store.documents<SdkKeyBody>('sdk-key');
  const environments = await store.documents<EnvironmentBody>('environment');
  const active = members.filter(({ body }) => body.disabledAt === null);
  return {
    version,
    members: new Map(active.map(({ id, body: { name, email, roles } }) => [id, { id, name, email, roles }])),
    tokens: new Map(tokens.map((token) => [token.body.hash, token])),
    keys: new Map(keys.map((key) => [key.body.hash, key])),
    keysById: new Map(keys.map((key) => [key.id, key])),
    origins: new Set(keys.flatMap(({ body }) => body.origins)),
    environments: new Map(environments.map(({ id, body }) => [id, body])),
  };
}

/** Looked up by hash: nothing is compared, so nothing can be timed. */
function holderIn(view: View, secret: string, now: number): Principal | null {
  switch (kindOfSecret(secret)) {
    case 'api-token':
      return tokenIn(view, hashOf(secret), now);
    case 'server-key':
    case 'client-key':
      return sdkKeyOf(view.keys.get(hashOf(secret)), now);
    case null:
      return null;
  }
}

function tokenIn(view: View, hash: string, now: number): Principal | null {
  const token = view.tokens.get(hash);
  if (!token || !isLive(token.body, now)) return null;
  const { name, role, only = null, projects, environments, maker } = token.body;
  const roles = view.members.get(maker)?.roles;
  // A token lives no longer than its maker's access.
  return roles ? { kind: 'token', id: token.id, name, role, only, projects, environments, maker, roles } : null;
}

function sdkKeyOf(key: StoredDocument<SdkKeyBody> | undefined, now: number): SdkKey | null {
  if (!key || !isLive(key.body, now)) return null;
  const { id, parent: environment, body } = key;
  return body.kind === 'server'
    ? { kind: 'server-key', id, environment }
    : { kind: 'client-key', id, environment, origins: body.origins };
}

function serverKeysIn({ keys }: View, environment: string, now: number): readonly KnownServerKey[] {
  return [...keys.values()]
    .filter(({ parent, body }) => parent === environment && body.kind === 'server' && isLive(body, now))
    .map(({ id, body: { hash, sealed } }) => ({ id, print: hash.slice(0, PRINT_DIGITS), closed: sealed }));
}
