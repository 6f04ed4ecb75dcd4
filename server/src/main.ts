import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Listening, openApp } from './app.ts';
import { openClock, type ServiceClock } from './clock.ts';
import { ConfigError, helpText, readConfig } from './config.ts';
import { armFailpoints } from './failpoint.ts';
import { openLog } from './log.ts';
import { connectTestClock } from './test-clock.ts';

const UI_FOLDER = fileURLToPath(new URL('../../admin-ui/dist', import.meta.url));
/** Beyond the time that a graceful stop may take, nothing is waited for. */
const GRACE_MS = 1_000;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(helpText());
    return;
  }
  const config = readConfig({ env: process.env, readFile: (file) => readFileSync(file, 'utf8') });
  // Whatever this process writes is for its owner alone.
  process.umask(0o077);
  if (__TEST_BUILD__) armFailpoints(process.env['GLIDEPATH_FAILPOINTS'] ?? '');
  const app = await openApp({
    config,
    clock: await clockOfProcess(),
    random: Math.random,
    logger: openLog(config.logLevel),
    replica: `${os.hostname().slice(0, 40)}-${randomBytes(4).toString('hex')}`,
    uiFolder: UI_FOLDER,
    memory: { residentBytes: () => process.memoryUsage.rss(), totalBytes: availableBytes() },
    withProcessMetrics: true,
  });
  stopOnSignal((hurry) => app.stop(hurry), config.drainMs);
  announce(await app.listen());
}

async function clockOfProcess(): Promise<ServiceClock> {
  if (__TEST_BUILD__) {
    const port = process.env['GLIDEPATH_TEST_CLOCK'];
    if (port !== undefined) return connectTestClock(Number(port));
  }
  return openClock();
}

/** What a container may use, where it says so; else the machine's. */
function availableBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < os.totalmem() ? allowed : os.totalmem();
}

/** For people and for scripts: these lines stay as they are. */
function announce({ url, setupLink, sdkKeyFile }: Listening): void {
  const lines = [`Glidepath ${__VERSION__} ready at ${url}`];
  if (setupLink !== null) lines.push(`Set-up link (valid 24 h, one use): ${setupLink}`);
  if (sdkKeyFile !== null) lines.push(`Development SDK key: in ${sdkKeyFile}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The first signal stops gracefully, the second at once. */
function stopOnSignal(stop: (hurry: Promise<void>) => Promise<void>, drainMs: number): void {
  let hurryUp = (): void => undefined;
  const hurry = new Promise<void>((resolve) => {
    hurryUp = resolve;
  });
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) {
      hurryUp();
      return;
    }
    isStopping = true;
    setTimeout(() => process.exit(1), drainMs + GRACE_MS).unref();
    stop(hurry).then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function fail(error: unknown): void {
  const isMistake = error instanceof ConfigError;
  process.stderr.write(`${isMistake ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}

main().catch(fail);
