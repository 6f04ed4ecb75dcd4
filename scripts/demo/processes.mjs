// The processes of the demo: what they say is shown, and they end together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** `onEnd(name)` is called where one ends that was to stay. */
export function openProcesses({ say, onEnd }) {
  const children = new Set();
  let isStopping = false;

  function spawned(name, args, environment) {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    const lines = createInterface({ input: child.stdout });
    // The server's log is JSON, for machines.
    lines.on('line', (line) => line.startsWith('{') || say(name, line));
    return { child, lines };
  }

  return {
    /** Stays until the demo ends. Answers how to wait for its first line that matches. */
    start(name, args, environment = {}) {
      const { child, lines } = spawned(name, args, environment);
      child.once('exit', () => isStopping || onEnd(name));
      return (pattern) =>
        new Promise((resolve) => {
          lines.on('line', (line) => {
            const match = pattern.exec(line);
            if (match) resolve(match);
          });
        });
    },

    /** Resolves once it has done its work. */
    async run(name, args, environment = {}) {
      const { child } = spawned(name, args, environment);
      const [code] = await once(child, 'close');
      if (code !== 0 && !isStopping) throw new Error(`${name} ended with ${code}`);
    },

    async stop() {
      isStopping = true;
      // Those that were started last need those before them.
      for (const child of [...children].reverse()) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
    },
  };
}
