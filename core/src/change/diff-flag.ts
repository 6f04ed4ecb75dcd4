import type { Flag, Variation } from '../model/model.ts';
import type { FlagInstruction } from './instructions.ts';
import { isSame } from './same.ts';

/**
 * Instructions for what environments share of a flag. The order of variations that both sides have is left as it is
 * (no instruction moves one), and so is when a flag was archived.
 */
export function diffFlag(before: Flag, after: Flag): readonly FlagInstruction[] {
  const changes = [...diffProse(before, after), ...diffMeaning(before, after), ...diffVariations(before, after)];
  const isOpened = before.archivedAt !== null && (after.archivedAt === null || changes.length > 0);
  const isClosed = after.archivedAt !== null && (before.archivedAt === null || isOpened);
  return [
    ...(isOpened ? [{ kind: 'unarchive' } as const] : []),
    ...changes,
    ...(isClosed ? [{ kind: 'archive' } as const] : []),
  ];
}

function diffProse(before: Flag, after: Flag): readonly FlagInstruction[] {
  return [
    ...(before.name === after.name ? [] : [{ kind: 'rename', name: after.name } as const]),
    ...(before.description === after.description
      ? []
      : [{ kind: 'describe', description: after.description } as const]),
    ...(before.owner === after.owner ? [] : [{ kind: 'set-owner', owner: after.owner } as const]),
    ...(isSame(before.tags, after.tags) ? [] : [{ kind: 'set-tags', tags: after.tags } as const]),
    ...(isSame(before.links, after.links) ? [] : [{ kind: 'set-links', links: after.links } as const]),
  ];
}

function diffMeaning(before: Flag, after: Flag): readonly FlagInstruction[] {
  return [
    ...(isSame(before.metadata, after.metadata) ? [] : [{ kind: 'set-metadata', metadata: after.metadata } as const]),
    ...(before.purpose === after.purpose ? [] : [{ kind: 'set-purpose', purpose: after.purpose } as const]),
    ...(before.lifetimeDays === after.lifetimeDays
      ? []
      : [{ kind: 'set-lifetime', lifetimeDays: after.lifetimeDays } as const]),
    ...(before.clientSide === after.clientSide
      ? []
      : [{ kind: 'set-client-side', clientSide: after.clientSide } as const]),
    ...(isSame(before.jsonSchema, after.jsonSchema)
      ? []
      : [{ kind: 'set-json-schema', jsonSchema: after.jsonSchema } as const]),
    ...(before.salt === after.salt ? [] : [{ kind: 'set-salt', salt: after.salt } as const]),
  ];
}

/** Adds before it removes, so that a flag never has fewer than two. */
function diffVariations(before: Flag, after: Flag): readonly FlagInstruction[] {
  const updated: FlagInstruction[] = [];
  const added: FlagInstruction[] = [];
  const present = before.variations.map((variation) => variation.key);
  let place = 0;
  for (const variation of after.variations) {
    const old = before.variations.find((other) => other.key === variation.key);
    if (old === undefined) {
      added.push({ kind: 'add-variation', variation, index: place });
      present.splice(place, 0, variation.key);
    } else if (!isSame(old, variation)) updated.push(updateOf(old, variation));
    place = Math.max(place, present.indexOf(variation.key) + 1);
  }
  const removed = before.variations
    .filter((variation) => !after.variations.some((other) => other.key === variation.key))
    .map((variation) => ({ kind: 'remove-variation', variation: variation.key }) as const);
  return [...updated, ...added, ...removed];
}

function updateOf(before: Variation, after: Variation): FlagInstruction {
  return {
    kind: 'update-variation',
    variation: after.key,
    ...(before.name === after.name ? {} : { name: after.name ?? '' }),
    ...(before.description === after.description ? {} : { description: after.description ?? '' }),
    ...(isSame(before.value, after.value) ? {} : { value: after.value }),
  };
}
