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
}

/** The same configuration, checked and completed by the editor. */
export function defineConfig(config: Config): Config {
  return config;
}
