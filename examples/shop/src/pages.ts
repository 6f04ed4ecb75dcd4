import type { Product } from './catalogue.ts';

const price = (cents: number): string => `€ ${(cents / 100).toFixed(2)}`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:40rem;padding:0 1rem}.banner{background:#eef;padding:.5rem 1rem}</style></head>
<body><h1>${title}</h1>${body}</body></html>`;

export function shopPage(items: readonly Product[], banner: string): string {
  const list = items.map((item) => `<li>${escapeHtml(item.name)}, ${price(item.cents)}</li>`).join('');
  return page('Wind & Wing', `${banner ? `<p class="banner">${escapeHtml(banner)}</p>` : ''}<ul>${list}</ul>`);
}

export function checkoutPage(product: Product, isNew: boolean): string {
  const steps = isNew
    ? '<p>One step: confirm, and it flies.</p>'
    : '<ol><li>Address</li><li>Payment</li><li>Confirm</li></ol>';
  return page(
    isNew ? 'Express checkout' : 'Checkout',
    `<p>${escapeHtml(product.name)}: ${price(product.cents)}</p>${steps}`,
  );
}
