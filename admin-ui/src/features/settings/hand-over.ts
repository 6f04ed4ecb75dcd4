/** Where on this computer the command waits, and the word by which it knows that this page was opened by it. */
export interface HandOver {
  readonly port: number;
  readonly state: string;
}

/** What the fragment of the address says; null where the command has not written it. */
export function handOverOf(hash: string): HandOver | null {
  const asked = new URLSearchParams(hash.replace(/^#/, ''));
  const port = /^[1-9]\d{3,4}$/.exec(asked.get('port') ?? '')?.[0];
  const state = /^[\w-]{20,128}$/.exec(asked.get('state') ?? '')?.[0];
  if (port === undefined || state === undefined || Number(port) > 65_535) return null;
  return { port: Number(port), state };
}

/** Leaves for the command with the token, by a form: it stands in no address and no history. */
export function handOver({ port, state }: HandOver, token: string, document: Document): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = `http://127.0.0.1:${port}/token`;
  for (const [name, value] of Object.entries({ state, token })) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
