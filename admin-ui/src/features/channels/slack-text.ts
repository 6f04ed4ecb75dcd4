/** A piece of a text at Slack. */
export interface TextPart {
  readonly text: string;
  readonly isBold: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack's markup as far as our messages use it: bold labels on a line of their own, and three escaped characters. */
export function slackParts(markup: string): readonly TextPart[] {
  return markup
    .split(/^(\*[^*\n]+\*)$/m)
    .filter((part) => part !== '')
    .map((part) => {
      const isBold = /^\*[^*\n]+\*$/.test(part);
      return { isBold, text: plainText(isBold ? part.slice(1, -1) : part) };
    });
}

function plainText(markup: string): string {
  return markup.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}
