import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { strictJsonParser } from '../http/bodies.ts';

export const INFLATED_BYTES = 1_024 * 1_024;

const inflate = promisify(gunzip);

/** JSON, as it is or gzipped: a parser of its own, for the routes of this scope only. */
export function acceptGzippedJson(
  api: Pick<Api, 'removeAllContentTypeParsers' | 'addContentTypeParser' | 'getDefaultJsonParser'>,
): void {
  const parse = strictJsonParser(api);
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: INFLATED_BYTES },
    (request, body, done) => {
      inflated(body, request.headers['content-encoding']).then((text) => parse(request, text, done), done);
    },
  );
}

async function inflated(body: Buffer, encoding: string | undefined): Promise<string> {
  switch (encoding?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
      return body.toString();
    case 'gzip':
      return (await unzipped(body)).toString();
    default:
      throw new RefusedError({
        code: 'unsupported-media-type',
        detail: 'The body may be gzipped and nothing else: send it with `Content-Encoding: gzip`, or without any.',
      });
  }
}

/** Stops at the limit: a small body that inflates without end costs no memory. */
async function unzipped(body: Buffer): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: INFLATED_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    throw new RefusedError(
      isTooLarge
        ? { code: 'too-large', detail: 'The body is larger than 1 MiB once inflated: send less at once.' }
        : { code: 'bad-request', detail: 'The body is not valid gzip: send it again.' },
    );
  }
}
