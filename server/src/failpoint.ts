import { kill, pid } from 'node:process';

/** What happens where the code says `failpoint(name)`. */
type Fault = { readonly kind: 'throw' } | { readonly kind: 'kill' } | { readonly kind: 'sleep'; readonly ms: number };

interface ArmedFault {
  readonly fault: Fault;
  /** Counts down to 1, the pass at which the fault strikes; null = at every pass. */
  passes: number | null;
}

const armed = new Map<string, ArmedFault>();

/**
 * Arms failpoints, such as `after-commit=kill;before-answer=sleep:50;before-commit=throw@3` (only at the third pass).
 * An empty text disarms all. Only test builds call it.
 */
export function armFailpoints(text: string): void {
  armed.clear();
  for (const part of text.split(';').filter((entry) => entry !== '')) {
    const match = /^([a-z-]+)=(throw|kill|sleep:(\d+))(?:@(\d+))?$/.exec(part);
    if (!match)
      throw new Error(`GLIDEPATH_FAILPOINTS: "${part}" is not name=throw|kill|sleep:<ms>, with @<pass> or without`);
    const [, name = '', what = '', ms, pass] = match;
    armed.set(name, { fault: faultOf(what, Number(ms)), passes: pass === undefined ? null : Number(pass) });
  }
}

function faultOf(what: string, ms: number): Fault {
  if (what === 'throw' || what === 'kill') return { kind: what };
  return { kind: 'sleep', ms };
}

/** Strikes when armed. Call it as `if (__TEST_BUILD__) await failpoint(…)`, so that release builds lose even its name. */
export async function failpoint(name: string): Promise<void> {
  const entry = armed.get(name);
  if (!entry) return;
  if (entry.passes !== null) {
    entry.passes -= 1;
    if (entry.passes > 0) return;
    armed.delete(name);
  }
  await strike(name, entry.fault);
}

async function strike(name: string, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'throw':
      throw new Error(`failpoint ${name}`);
    case 'kill':
      kill(pid, 'SIGKILL');
      // The signal arrives asynchronously: nothing after this point may run.
      return new Promise(() => {});
    case 'sleep':
      return new Promise((resolve) => setTimeout(resolve, fault.ms));
  }
}
