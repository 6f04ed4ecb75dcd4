import { z } from 'zod';

/** Somebody has pressed a button, or typed into a line, of a message of ours. */
export interface Interaction {
  /** Workspace and user at Slack: names the person wherever keys are needed. */
  readonly person: string;
  readonly action: string;
  /** What the button carries, or what was typed. */
  readonly value: string;
  /** Who was chosen from a list of people, named like `person`. */
  readonly chosen: string | null;
  /** What the block carries that the action stands in. */
  readonly block: string;
  /** Where the answer goes. */
  readonly responseUrl: string;
  /** The blocks of the message, where it can be altered. */
  readonly blocks: readonly MessageBlock[];
}

export type MessageBlock = z.output<typeof blockSchema>;

const blockSchema = z.looseObject({ type: z.string() });
const idSchema = z.string().regex(/^[A-Z0-9]{1,40}$/);

/** The part of Slack's payload that is used; it holds much more. */
const payloadSchema = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: idSchema }).nullish(),
  user: z.object({ id: idSchema, team_id: idSchema.optional() }),
  response_url: z.string().max(2_048),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(255),
        block_id: z.string().max(255).optional(),
        value: z.string().max(3_000).nullish(),
        selected_user: idSchema.nullish(),
      }),
    )
    .min(1),
  message: z.object({ blocks: z.array(blockSchema).max(50).optional() }).nullish(),
});

/** Null for what is no press of a button: Slack sends other things to the same address. */
export function readInteraction(form: string): Interaction | null {
  const parsed = payloadSchema.safeParse(jsonOf(new URLSearchParams(form).get('payload') ?? ''));
  if (!parsed.success) return null;
  const { team, user, actions, message, response_url: responseUrl } = parsed.data;
  const [action] = actions;
  if (!action) return null;
  const workspace = team?.id ?? user.team_id ?? '-';
  const { selected_user: chosen } = action;
  return {
    person: `${workspace}.${user.id}`,
    chosen: chosen ? `${workspace}.${chosen}` : null,
    action: action.action_id,
    value: action.value ?? '',
    block: action.block_id ?? '',
    responseUrl,
    blocks: message?.blocks ?? [],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
