/** What Slack documents of messages, written down a second time: everything in one that it would refuse. */
export function blockKitFaults(message: unknown): readonly string[] {
  const faults: string[] = [];
  const { text, blocks } = message as { readonly text: unknown; readonly blocks: readonly Part[] };
  if (typeof text !== 'string' || text.length < 1 || text.length > 40_000) faults.push('text: 1 to 40,000 characters');
  if (blocks.length < 1 || blocks.length > 50) faults.push(`blocks: 1 to 50, not ${blocks.length}`);
  const ids = blocks.flatMap(({ block_id: id }) => id ?? []);
  if (new Set(ids).size < ids.length) faults.push('two blocks have the same block_id');
  for (const [i, block] of blocks.entries()) faults.push(...blockFaults(block).map((fault) => `block ${i}: ${fault}`));
  return faults;
}

type Part = Readonly<Record<string, unknown>>;

function blockFaults(block: Part): readonly string[] {
  const { block_id: id = 'x' } = block;
  const named = within(id, 255, 'block_id');
  switch (block['type']) {
    case 'header':
      return [...named, ...textFaults(block['text'], 150, ['plain_text'])];
    case 'section':
      return [...named, ...sectionFaults(block)];
    case 'context':
      return [...named, ...listFaults(block['elements'], 10, (element) => textFaults(element, 2_000, ANY_TEXT))];
    case 'actions':
      return [...named, ...twiceIn(block['elements']), ...listFaults(block['elements'], 25, elementFaults)];
    case 'input':
      return [...named, ...textFaults(block['label'], 2_000, ['plain_text']), ...inputFaults(block['element'] as Part)];
    default:
      return [`unknown type ${String(block['type'])}`];
  }
}

const ANY_TEXT = ['plain_text', 'mrkdwn'];

function sectionFaults({ text, fields }: Part): readonly string[] {
  if (text === undefined && fields === undefined) return ['neither text nor fields'];
  return [
    ...(text === undefined ? [] : textFaults(text, 3_000, ANY_TEXT)),
    ...(fields === undefined ? [] : listFaults(fields, 10, (field) => textFaults(field, 2_000, ANY_TEXT))),
  ];
}

function twiceIn(elements: unknown): readonly string[] {
  const actions = (elements as readonly Part[]).map((element) => element['action_id']);
  return new Set(actions).size < actions.length ? ['two elements have the same action_id'] : [];
}

function elementFaults(element: Part): readonly string[] {
  if (element['type'] !== 'users_select') return buttonFaults(element);
  return [
    ...within(element['action_id'], 255, 'action_id'),
    ...textFaults(element['placeholder'], 150, ['plain_text']),
  ];
}

function buttonFaults({ type, text, action_id: id, value = 'x', url = 'x', style = 'danger', confirm }: Part) {
  return [
    ...(type === 'button' ? [] : ['no button']),
    ...textFaults(text, 75, ['plain_text']),
    ...within(id, 255, 'action_id'),
    ...within(value, 2_000, 'value'),
    ...within(url, 3_000, 'url'),
    ...(style === 'primary' || style === 'danger' ? [] : ['style']),
    ...(confirm === undefined ? [] : confirmFaults(confirm as Part)),
  ];
}

function confirmFaults({ title, text, confirm, deny }: Part): readonly string[] {
  return [
    ...textFaults(title, 100, ['plain_text']),
    ...textFaults(text, 300, ANY_TEXT),
    ...textFaults(confirm, 30, ['plain_text']),
    ...textFaults(deny, 30, ['plain_text']),
  ];
}

function inputFaults({ type, action_id: id, placeholder }: Part): readonly string[] {
  return [
    ...(type === 'plain_text_input' ? [] : ['no input']),
    ...within(id, 255, 'action_id'),
    ...textFaults(placeholder, 150, ['plain_text']),
  ];
}

function listFaults(list: unknown, most: number, each: (element: Part) => readonly string[]): readonly string[] {
  const elements = list as readonly Part[];
  const fits = elements.length >= 1 && elements.length <= most;
  return [...(fits ? [] : [`1 to ${most} elements, not ${elements.length}`]), ...elements.flatMap(each)];
}

function textFaults(object: unknown, most: number, types: readonly string[]): readonly string[] {
  const { type, text } = object as Part;
  return [
    ...(types.includes(String(type)) ? [] : [`${String(type)} is none of ${types.join()}`]),
    ...within(text, most, 'text'),
  ];
}

function within(value: unknown, most: number, what: string): readonly string[] {
  if (typeof value === 'string' && value.length >= 1 && value.length <= most) return [];
  return [`${what}: 1 to ${most} characters`];
}
