import type { ProblemCode } from './client-events.ts';
import { CLOSE } from './messages.ts';

/** An answer that no waiting mends. */
interface RefusalByServer {
  readonly code: ProblemCode;
  readonly message: string;
  readonly isUnauthorized: boolean;
}

const UNKNOWN_KEY: RefusalByServer = {
  code: 'GP1401',
  message: 'the key is unknown, revoked or expired',
  isUnauthorized: true,
};
const WRONG_KIND: RefusalByServer = { code: 'GP1403', message: 'the key is not for server SDKs', isUnauthorized: true };
const TOO_NEW: RefusalByServer = {
  code: 'GP1426',
  message: 'the server does not speak this version of the protocol',
  isUnauthorized: false,
};

/** What only people can mend: by HTTP status and by close code. */
const REFUSALS: ReadonlyMap<number, RefusalByServer> = new Map([
  [401, UNKNOWN_KEY],
  [CLOSE.unauthorized, UNKNOWN_KEY],
  [403, WRONG_KIND],
  [CLOSE.forbidden, WRONG_KIND],
  [426, TOO_NEW],
]);

/** What an HTTP status or a close code says that only people can mend; null = nothing of that kind. */
export function refusalOf({
  status,
  code,
}: {
  readonly status?: number;
  readonly code?: number;
}): RefusalByServer | null {
  return REFUSALS.get(status ?? 0) ?? REFUSALS.get(code ?? 0) ?? null;
}
