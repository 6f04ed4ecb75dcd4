import { log } from '../trace.ts';

const routes = { 'new-checkout': '/new-checkout', other: '/' };

/** `flags.variation('new-checkout', ann, false)` stood here. */
export function scenario(): void {
  log('route', routes['new-checkout']);
  log('class', 'new-checkout new-checkout--wide');
  if (String(routes.other) === 'new-checkout') log('never');
}
