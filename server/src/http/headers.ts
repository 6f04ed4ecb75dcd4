import type { FastifyReply } from 'fastify';

/** Nothing that we answer but pages may load or frame anything. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";
const HTTPS_ONLY = 'max-age=31536000';

/** Sent with every answer; pages replace the policy by their own, files the caching. */
export function secureHeaders(reply: FastifyReply, isHttps: boolean): void {
  reply.headers({
    'content-security-policy': NOTHING,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-request-id': reply.request.id,
    ...(isHttps && { 'strict-transport-security': HTTPS_ONLY }),
  });
}

/** Where the command waits for the token that a page has made for it. */
const COMMAND = 'http://127.0.0.1:*';

/**
 * For `index.html` of the admin UI: no inline script, styles only with this response's nonce, no strings into the DOM.
 * Only the page that signs in the command may send a form to this very computer.
 */
export function uiPolicy(nonce: string, isForCommand: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    `form-action 'self'${isForCommand ? ` ${COMMAND}` : ''}`,
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}

/** For the pages about codes: text in one style, known by its hash. */
export function errorPolicy(style: string): string {
  return `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/** For the page of the API, whose viewer styles itself; it holds no session's data and may speak only with us. */
export function docsPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
