import { z } from 'zod';
import type { MessageRollout } from '../../message.ts';

/** The stage that was in force when the button was drawn: a later one was not meant. */
const schema = z.strictObject({
  p: z.string().min(1).max(256),
  r: z.string().min(1).max(256),
  s: z.int().min(0).nullable(),
});

export interface ButtonTarget {
  readonly project: string;
  readonly rollout: string;
  readonly stage: number | null;
}

export function buttonValue({ project, id, stage }: MessageRollout): string {
  return JSON.stringify({ p: project, r: id, s: stage } satisfies z.input<typeof schema>);
}

/** Null for what no button of a rollout carries. */
export function buttonTarget(value: string): ButtonTarget | null {
  const parsed = schema.safeParse(jsonOf(value));
  if (!parsed.success) return null;
  const { p: project, r: rollout, s: stage } = parsed.data;
  return { project, rollout, stage };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
