// Stands in for Slack in the demo: takes what is sent to an incoming webhook, and shows it on a page.
import http from 'node:http';

const MOST_MESSAGES = 200;
const MOST_BYTES = 256 * 1024;

/** What Slack does with its own marks, and nothing else: everything is escaped first. */
function htmlOf(mrkdwn) {
  return escaped(unescaped(mrkdwn))
    .replace(/&lt;(https?:[^|&]+)\|([^&]+?)&gt;/g, '<a href="$1">$2</a>')
    .replace(/&lt;(https?:[^&]+)&gt;/g, '<a href="$1">$1</a>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replace(/(^|\s)_([^_\n]+)_(?=\s|$)/g, '$1<i>$2</i>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replaceAll('\n', '<br>');
}

const escaped = (text) =>
  String(text).replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
const unescaped = (text) => String(text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const textOf = (text) => (text?.type === 'mrkdwn' ? htmlOf(text.text) : escaped(text?.text ?? ''));

const blocks = {
  header: ({ text }) => `<h2>${textOf(text)}</h2>`,
  section: ({ text, fields = [] }) =>
    `<p>${textOf(text)}</p>${fields.length > 0 ? `<dl>${fields.map((field) => `<div>${textOf(field)}</div>`).join('')}</dl>` : ''}`,
  context: ({ elements = [] }) => `<p class="context">${elements.map(textOf).join(' · ')}</p>`,
  actions: ({ elements = [] }) => `<p>${elements.map(buttonOf).join(' ')}</p>`,
  divider: () => '<hr>',
};

function buttonOf({ text, url, style = '' }) {
  const label = escaped(text?.text ?? '');
  return url === undefined
    ? `<span class="button ${escaped(style)}" title="Buttons need a Slack app; here they only show">${label}</span>`
    : `<a class="button ${escaped(style)}" href="${escaped(url)}">${label}</a>`;
}

const messageOf = ({ at, content }) => `<article><time>${at.toISOString().slice(11, 19)}</time>
${(content.blocks ?? []).map((block) => blocks[block.type]?.(block) ?? '').join('\n') || `<p>${htmlOf(content.text ?? '')}</p>`}
</article>`;

const pageOf = (messages) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2"><title>(${messages.length}) Slack inbox of the demo</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px; padding: .75rem 1rem; margin: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 } p { margin: .4rem 0 } time, .context { opacity: .75; font-size: .85rem }
.button { border: 1px solid currentColor; border-radius: 6px; padding: .15rem .6rem; text-decoration: none; color: inherit }
</style><h1>#releases</h1>${messages.length === 0 ? '<p>No message yet.</p>' : messages.toReversed().map(messageOf).join('\n')}</html>`;

/** Resolves once it listens; `messages` is what has come so far, `messages[i].content` as it was sent. */
export function openInbox(port) {
  const messages = [];
  const server = http.createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(pageOf(messages));
      return;
    }
    const parts = [];
    let bytes = 0;
    for await (const part of request) {
      bytes += part.length;
      if (bytes > MOST_BYTES) return response.writeHead(413).end();
      parts.push(part);
    }
    try {
      messages.push({ at: new Date(), content: JSON.parse(Buffer.concat(parts).toString()) });
      messages.splice(0, messages.length - MOST_MESSAGES);
      response.end('ok');
    } catch {
      response.writeHead(400).end('invalid_payload');
    }
  });
  server.on('clientError', (_, socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', () => {
      const url = `http://localhost:${server.address().port}`;
      resolve({ url, messages, close: () => server.close() });
    });
  });
}
