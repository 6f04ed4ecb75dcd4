/** What tests of the whole service need. */
export { type App, type AppOptions, type Listening, openApp } from './app.ts';
export { ROLES, type Role } from './auth/principal.ts';
export { openClock, type ServiceClock } from './clock.ts';
export { type Config, readConfig } from './config.ts';
export type { KnownRoute } from './http/server.ts';
export { openLog } from './log.ts';
export { createManualClock, type ManualClock } from './test-clock.ts';
