import { existsSync } from 'node:fs';

/** The adapters in `peers/`; their versions stand in `peers/package.json`. */
export const PEERS = ['launchdarkly', 'unleash', 'growthbook', 'configcat', 'statsig', 'flagd-core', 'eppo'] as const;

/** They are many packages that nobody else needs: only `npm run bench:evaluation` installs them. */
export const arePeersInstalled = (): boolean => existsSync(new URL('./peers/node_modules/', import.meta.url));
