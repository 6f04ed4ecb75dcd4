/** By which proxy a URL is reached. */
export type ProxyChoice =
  | { readonly kind: 'proxy'; readonly proxy: URL }
  /** `ignored` names what was asked for and cannot be read. */
  | { readonly kind: 'direct'; readonly ignored?: string };

const DIRECT: ProxyChoice = { kind: 'direct' };
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

/**
 * What the application says, else what the environment says in the variables that Node and its tools read; small letters
 * go before capitals. A variable is not meant for a service on this machine: to a proxy, `localhost` is the proxy.
 */
export function proxyFor(
  url: URL,
  given: string | false | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyChoice {
  if (given === false) return DIRECT;
  if (given !== undefined) return chosen(given, '`network.proxy`');
  const name = /^(?:https|wss):$/.test(url.protocol) ? 'https_proxy' : 'http_proxy';
  const value = environment[name] || environment[name.toUpperCase()];
  if (!value || LOOPBACK.test(url.hostname)) return DIRECT;
  const exempt = environment['no_proxy'] || environment['NO_PROXY'];
  return exempt && isExempt(url, exempt) ? DIRECT : chosen(value, name.toUpperCase());
}

/** Null for what is no proxy that this SDK can speak to. */
export function readProxy(text: string): URL | null {
  try {
    const proxy = new URL(text.includes('://') ? text : `http://${text}`);
    decodeURIComponent(proxy.username + proxy.password);
    return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : null;
  } catch {
    return null;
  }
}

function chosen(text: string, from: string): ProxyChoice {
  const proxy = readProxy(text);
  // Never its text, which may hold a password.
  return proxy === null
    ? { kind: 'direct', ignored: `${from} was ignored: it is no http:// URL` }
    : { kind: 'proxy', proxy };
}

export function portOf({ protocol, port }: URL): string {
  return port || (DEFAULT_PORTS[protocol] ?? '');
}

/** A host without the brackets that URLs put around addresses of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** `*`, or hosts, each with a port or without; `.example.com` and `*.example.com` stand for what is below. */
function isExempt(url: URL, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, host = '', port] = /^(.+?)(?::(\d+))?$/.exec(isBareIpv6(entry) ? `[${entry}]` : entry) ?? [];
      if (host === '' || (port !== undefined && port !== portOf(url))) return false;
      if (host === '*') return true;
      return /^\*?\./.test(host) ? url.hostname.endsWith(host.replace('*', '')) : url.hostname === host;
    });
}

function isBareIpv6(entry: string): boolean {
  return !entry.startsWith('[') && entry.split(':').length > 2;
}
