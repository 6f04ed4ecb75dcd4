import type { DeviceLoginBegun, DeviceLoginState } from '@glidepath/server/api-types';
import { type Api, openApi } from './api.ts';
import type { Call } from './call.ts';
import { Failure } from './failure.ts';
import { tame } from './paint.ts';

const DEVICES = '/api/v1/device-logins';

const PASSING: ReadonlySet<string> = new Set(['unreachable', 'too-many-requests', 'unavailable']);
const SLOWER_SECONDS = 5;
/** However often a service wants to be asked. */
const LEAST_SECONDS = 1;

interface SigningIn extends Pick<Call, 'note'> {
  readonly outside: Pick<Call['outside'], 'machine' | 'now' | 'wait'>;
}

/** Shows a code that somebody types in a browser anywhere, and waits for the token that they allow. */
export async function signInByCode({ note, outside }: SigningIn, url: string): Promise<string> {
  const api = openApi(url, null);
  const name = [...outside.machine].filter((letter) => /[^\p{Cc}\p{Bidi_Control}]/u.test(letter)).join('');
  const begun = await api.send<DeviceLoginBegun>('POST', DEVICES, { body: { name: name.slice(0, 64) } });
  const { deviceCode, userCode, verificationUrl, expiresInSeconds } = begun;
  note(tame(`Open ${verificationUrl} in any browser and type the code ${userCode}`));
  const end = outside.now() + expiresInSeconds * 1_000;
  let seconds = begun.intervalSeconds;
  while (outside.now() < end) {
    await outside.wait(Math.max(LEAST_SECONDS, seconds || SLOWER_SECONDS) * 1_000);
    const now = await ask(api, deviceCode, seconds);
    switch (now.state) {
      case 'allowed':
        return now.secret;
      case 'declined':
        throw new Failure('refused', 'declined', 'Whoever typed the code has turned this machine away.');
      case 'expired':
        throw late();
      case 'pending':
      case 'slow-down':
        seconds = now.intervalSeconds;
        break;
      default:
        return now satisfies never;
    }
  }
  throw late();
}

/** A network that is away for a moment, and a service that is asked too much, are waited for. */
async function ask(api: Api, deviceCode: string, seconds: number): Promise<DeviceLoginState> {
  try {
    return await api.send<DeviceLoginState>('POST', `${DEVICES}/token`, { body: { deviceCode } });
  } catch (error) {
    if (!(error instanceof Failure) || !PASSING.has(error.code)) throw error;
    return { state: 'slow-down', intervalSeconds: seconds + SLOWER_SECONDS };
  }
}

const late = (): Failure => new Failure('timed-out', 'timed-out', 'Nobody typed the code in time.', 'Try again.');
