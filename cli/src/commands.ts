import type { Command } from './command.ts';
import { login, logout, whoami } from './commands/account.ts';
import { apply } from './commands/apply.ts';
import { canIRelease } from './commands/can-i-release.ts';
import { completion } from './commands/completion.ts';
import { record } from './commands/deploys.ts';
import { doctor } from './commands/doctor.ts';
import { explain } from './commands/explain.ts';
import { archive, create, get, history, list, unarchive } from './commands/flags.ts';
import { importFlags } from './commands/import.ts';
import { plan } from './commands/plan.ts';
import { prune } from './commands/prune.ts';
import { pull } from './commands/pull.ts';
import { run, start } from './commands/rollout-start.ts';
import { status, verbs, watch } from './commands/rollouts.ts';
import { scan } from './commands/scan.ts';
import { kill, off, on, restore, revert } from './commands/switches.ts';
import { typegen } from './commands/typegen.ts';

/** Every command, as the help shows them: help, completion and the reference are made of this. */
export const COMMANDS: readonly Command[] = [
  login,
  logout,
  whoami,
  doctor,
  list,
  get,
  history,
  create,
  archive,
  unarchive,
  on,
  off,
  kill,
  restore,
  revert,
  start,
  run,
  status,
  watch,
  ...verbs,
  canIRelease,
  explain,
  record,
  pull,
  plan,
  apply,
  importFlags,
  typegen,
  scan,
  prune,
  completion,
];
