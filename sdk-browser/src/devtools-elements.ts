type Attributes = Readonly<Record<string, string>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

export function button(text: string, run: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', run);
  return made;
}

/** A choice among texts; `run` is given the value of the one that was chosen. */
export function choice<V extends string>(
  label: string,
  texts: Readonly<Partial<Record<V, string>>>,
  run: (value: V) => void,
): HTMLSelectElement {
  const options = Object.entries(texts as Readonly<Record<string, string>>).map(([value, text]) =>
    element('option', { value }, text),
  );
  const made = element('select', { 'aria-label': label }, ...options);
  made.addEventListener('change', () => run(made.value as V));
  return made;
}

/** Leaves what is the same untouched: whoever reads or selects it is not disturbed. */
export function write(into: HTMLElement, text: string): void {
  if (into.textContent !== text) into.textContent = text;
}
