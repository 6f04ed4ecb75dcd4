/** The four roles of a member in a project, weakest first. */
export const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a token may be for and nothing else, besides reading flags: what pipelines do. */
export const PIPELINE_RIGHTS = ['code.upload', 'deploy.record'] as const;
export type PipelineRight = (typeof PIPELINE_RIGHTS)[number];

/** Who is asking. Decided once, at the edge; every query takes its scope from here. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'member';
      readonly id: string;
      readonly name: string;
      /** Role per project id; `*` is every project. */
      readonly roles: Readonly<Record<string, Role>>;
      readonly sessionHash: string;
      readonly csrf: string;
    }
  | {
      readonly kind: 'token';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      /** Of what its role may, only this and to read flags; null = all of it. */
      readonly only: readonly PipelineRight[] | null;
      /** Project ids, or null for all that its maker may see. */
      readonly projects: readonly string[] | null;
      /** Environment keys, or null for all. */
      readonly environments: readonly string[] | null;
      /** The member who made it: it never may more than that member. */
      readonly maker: string;
      /** The maker's roles now. */
      readonly roles: Readonly<Record<string, Role>>;
    }
  | { readonly kind: 'server-key'; readonly id: string; readonly environment: string }
  | {
      readonly kind: 'client-key';
      readonly id: string;
      readonly environment: string;
      readonly origins: readonly string[];
    };

export type PrincipalKind = Principal['kind'];

/** The key of an SDK or of a client of remote evaluation. */
export type SdkKey = Extract<Principal, { kind: 'server-key' | 'client-key' }>;

export type ClientKey = Extract<Principal, { kind: 'client-key' }>;

/** `member:<id>`, `token:<id>`, `integration:<id>`, or `system`: how the audit log names an actor. */
export type Actor = `member:${string}` | `token:${string}` | `integration:${string}` | 'system';
