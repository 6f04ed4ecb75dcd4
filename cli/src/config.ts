/** `glidepath.config.ts` or `.json`: what a repository says once for everybody who works in it. No secrets. */
export interface Config {
  /** Address of the service. */
  readonly url?: string;
  /** Key of the project; `default` if absent. */
  readonly project?: string;
  /** Key of the environment that is meant where no other is named. */
  readonly environment?: string;
  /** What `glidepath typegen` writes. */
  readonly typegen?: {
    /** Relative to the file. */
    readonly output?: string;
    /** Also a constant for each flag. */
    readonly refs?: boolean;
    /** Also types of contexts. */
    readonly context?: boolean;
    readonly sdk?: readonly ('node' | 'browser')[];
  };
  /** How `glidepath scan` and `glidepath prune` read the code. */
  readonly scan?: {
    /** Only these files, as in a `.gitignore`, relative to the file. */
    readonly include?: readonly string[];
    /** Not these, besides what `.gitignore` and `.glidepathignore` say. */
    readonly exclude?: readonly string[];
    /** Functions and components that ask for a flag; those that pass a key on to an SDK are found without. */
    readonly wrappers?: readonly ScanWrapper[];
    /** Most flags that are not permanent: of a tag, of an owner, or of all (`*`). */
    readonly budget?: Readonly<Record<string, number>>;
    /** What the repository is called where its remote does not say it, such as `github.com/acme/shop`. */
    readonly repository?: string;
  };
}

export interface ScanWrapper {
  /** `isEnabled`, `flags.isEnabled`, or the name of a component. */
  readonly name: string;
  /** Position of the key from 0, or the name of the property or attribute; 0 if absent. */
  readonly key?: number | string;
  /** The same of the fallback. */
  readonly fallback?: number | string;
}

/** The same configuration, checked and completed by the editor. */
export function defineConfig(config: Config): Config {
  return config;
}
