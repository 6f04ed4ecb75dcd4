import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, ConfigError } from './config.ts';

const OWNER_ONLY = 0o600;
const SHORTEST_SECRET = 32;

/** Files of one installation, in its data folder. */
export interface Installation {
  readonly secret: string;
  /** Where the first SDK key is, or would be. */
  readonly sdkKeyFile: string;
  readonly hasSdkKeyFile: () => boolean;
  writeSdkKey(values: { readonly url: string; readonly sdkKey: string }): void;
}

/** Makes the folder and the secret where they are missing. */
export function openInstallation({ dataDir, secret }: Pick<Config, 'dataDir' | 'secret'>): Installation {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const sdkKeyFile = path.join(dataDir, 'development.env');
  return {
    secret: secret ?? keptSecret(path.join(dataDir, 'secret.key')),
    sdkKeyFile,
    hasSdkKeyFile: () => existsSync(sdkKeyFile),
    writeSdkKey({ url, sdkKey }) {
      writeFileSync(sdkKeyFile, `GLIDEPATH_URL=${url}\nGLIDEPATH_SDK_KEY=${sdkKey}\n`, { mode: OWNER_ONLY });
    },
  };
}

function keptSecret(file: string): string {
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length >= SHORTEST_SECRET) return secret;
  // A disk that was full at the first start leaves it empty: everybody could sign with that.
  throw new ConfigError(
    `"${file}" holds fewer than ${SHORTEST_SECRET} characters. Restore it from a backup; on a new installation, remove it and start again.`,
  );
}
