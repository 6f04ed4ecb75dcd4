import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The adapters in `peers/`; their versions stand in `peers/package.json`. */
export const PEERS = ['launchdarkly', 'unleash', 'growthbook', 'configcat', 'statsig', 'flagd-core', 'eppo'] as const;

/** They are many packages that nobody else needs: only `npm run bench:evaluation` installs them. */
export const arePeersInstalled = (): boolean =>
  existsSync(fileURLToPath(new URL('./peers/node_modules/unleash-client/package.json', import.meta.url)));
