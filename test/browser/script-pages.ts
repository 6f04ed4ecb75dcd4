import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Pages of an application that loads one script, on an origin of its own. */
export interface ScriptPages extends AsyncDisposable {
  readonly origin: string;
  /** The sources that the script has anything of. */
  readonly sources: readonly string[];
}

const HTML = '<!doctype html><html lang="en"><title>shop</title><script src="/script.js"></script>';
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Serves a page at every path; what the module exports is its global `shop`. */
export async function openScriptPages(contents: string): Promise<ScriptPages> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: HERE, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'shop',
    conditions: ['source'],
    metafile: true,
  });
  const [bundle] = Object.values(metafile.outputs);
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0]?.text : HTML);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sources: Object.entries(bundle?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) => (bytesInOutput ? [file] : [])),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
