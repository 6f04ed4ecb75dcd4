import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { ADMIN, type Credentials } from '../support/start-service.ts';

export const UI_FOLDER = fileURLToPath(new URL('../../admin-ui/dist', import.meta.url));
if (!existsSync(`${UI_FOLDER}/index.html`)) throw new Error('The admin UI is not built: run `npm run build` first.');

const fromAxe = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
const AXE = readFileSync(fromAxe.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Nobody reads what passed, and of these rules only that on what plays by itself wants files beforehand. */
const ASKED = { runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'], preload: { assets: ['media'] } };

interface Axe {
  run(
    where: Document,
    asked: object,
  ): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
    }[];
  }>;
}

/** A page with a record of everything that must never happen on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Violations of the content security policy, exceptions, requests to other origins, and files that are missing. */
  readonly faults: string[];
  /** Every violation that axe finds on the page as it stands. */
  violations(): Promise<readonly string[]>;
  /** By how many pixels the page is wider than its window, or longer, where only its main part may scroll. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/** A window of its own on the service, without a session. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  await page.exposeFunction('reportViolation', (text: string) => faults.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`other origin: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url().includes('/assets/')) faults.push(`missing: ${response.url()}`);
  });
  return {
    page,
    faults,
    async violations() {
      // It takes longer to read than to ask: a document that knows it already does not read it again.
      if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
      return page.evaluate(async (asked) => {
        const { violations } = await (globalThis as unknown as { readonly axe: Axe }).axe.run(document, asked);
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
        );
      }, ASKED);
    },
    overflow: () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        const isShell = document.querySelector('nav') !== null;
        return Math.max(scrollWidth - clientWidth, isShell ? scrollHeight - clientHeight : 0);
      }),
    close: () => context.close(),
  };
}

/** Signs in and opens the page. As the form does it, without the form: that stands between a test and its page only once. */
export async function signIn({ page }: WatchedPage, address: string, who: Credentials = ADMIN): Promise<void> {
  const { origin } = new URL(address);
  const { email, password } = who;
  // The browser keeps the cookie of the answer.
  const answer = await page.context().request.post(`${origin}/api/v1/session`, {
    headers: { origin },
    data: { email, password },
  });
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
  await page.goto(address);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Signs in by the form and waits for the page that was asked for. */
export async function signInByForm({ page }: WatchedPage, address: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Resolves once nothing moves: contrast is measured on what is drawn, and so are pictures. */
export async function settled({ page }: WatchedPage): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** The texts of a list once it stands: what two looks in a row agree on. */
export async function textsOf(items: Locator): Promise<readonly string[]> {
  await items.first().waitFor();
  let before: readonly string[] = [];
  let now = await items.allTextContents();
  while (before.join('\n') !== now.join('\n')) {
    await items.page().evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    [before, now] = [now, await items.allTextContents()];
  }
  return now;
}
