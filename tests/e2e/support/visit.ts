/** Somebody at a browser: a window of their own, with nothing kept from others. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

import type { Account } from './accounts';
import type { ServerAddress } from './hostlerd';

export const WIDE = { width: 1440, height: 900 } as const;
export const NARROW = { width: 375, height: 812 } as const;

export interface VisitOptions {
  readonly server: ServerAddress;
  readonly locale?: 'en-GB' | 'ru-RU' | 'ja-JP';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** What a page may say without being broken: the browser itself tells of connections that a stopped server has cut. */
const HARMLESS = /net::ERR_|Failed to load resource/;

let visits = 0;

export class Visit {
  /** Whatever the pages complained about in the console. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly server: ServerAddress,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' && !HARMLESS.test(message.text())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async begin(browser: Browser, options: VisitOptions): Promise<Visit> {
    const { server, locale = 'en-GB', viewport = WIDE, colorScheme = 'light' } = options;
    visits += 1;
    const address = `10.${process.pid % 250}.${visits >> 8}.${visits & 255}`;
    const context = await browser.newContext({
      baseURL: server.url,
      locale,
      timezoneId: 'UTC',
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
      extraHTTPHeaders: { 'x-forwarded-for': address },
    });
    context.setDefaultTimeout(30_000);
    return new Visit(context, await context.newPage(), server);
  }

  /** A further page of the same browser. */
  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  /** Signs in by the form, where a page leads to it. */
  async signIn({ email, password }: Account, page = this.page): Promise<void> {
    if (page.url() === 'about:blank') await page.goto('/sign-in');
    await page.waitForURL('**/sign-in*');
    await page.locator('input[autocomplete=username]').fill(email);
    await page.locator('input[autocomplete=current-password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.locator('#content').waitFor();
  }
}
