import type { FastifyRequest } from 'fastify';
import { RefusedError } from '../errors.ts';
import type { Api } from './api.ts';
import { checkJsonText, checkJsonValue } from './strict-json.ts';

const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i;

/** Bodies are JSON in UTF-8 and nothing else; routes that take another kind bring a parser of their own. */
export function acceptStrictJson(api: Api): void {
  const parse = strictJsonParser(api);
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<string>('application/json', { parseAs: 'string' }, parse);
}

type Parse = (request: FastifyRequest, text: string, done: (error: Error | null, value?: unknown) => void) => void;

/** Makes JSON text into a value, and refuses what `strict-json.ts` says. */
export function strictJsonParser(api: Pick<Api, 'getDefaultJsonParser'>): Parse {
  const parse = api.getDefaultJsonParser('error', 'error');
  return (request, text, done) => {
    try {
      checkJsonText(text);
    } catch (error) {
      done(error as Error);
      return;
    }
    void parse(request, text, (error, value) => {
      if (error) done(error);
      else done(faultOf(value), value);
    });
  };
}

function faultOf(value: unknown): Error | null {
  try {
    checkJsonValue(value);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Before anything is read of a body: what does not say that it is JSON is not looked at. */
export function checkContentType(request: FastifyRequest): void {
  if (request.routeOptions.config.rawBody) return;
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  const hasBody = chunked !== undefined || (length !== undefined && length !== '0');
  if (type === undefined ? !hasBody : JSON_TYPE.test(type)) return;
  throw new RefusedError({
    code: 'unsupported-media-type',
    detail: 'The body must be JSON: send it with the header `Content-Type: application/json`.',
  });
}
