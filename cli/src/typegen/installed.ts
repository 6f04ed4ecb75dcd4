import path from 'node:path';
import type { Outside } from '../outside.ts';
import type { Sdk } from './render.ts';

const SDKS: readonly Sdk[] = ['browser', 'node'];

/** The SDKs that a folder's code can import; a registry of one that is not there would not compile. */
export function installedSdks({ files }: Pick<Outside, 'files'>, folder: string): readonly Sdk[] {
  return SDKS.filter((sdk) => isInstalled(files, folder, `node_modules/@glidepath/sdk-${sdk}/package.json`));
}

function isInstalled(files: Outside['files'], folder: string, file: string): boolean {
  for (let here = folder; ; here = path.dirname(here)) {
    if (files.exists(path.join(here, file))) return true;
    if (path.dirname(here) === here) return false;
  }
}
