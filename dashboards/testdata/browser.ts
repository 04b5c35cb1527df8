// For tests: Debian's Chromium through playwright-core, and what must not appear on a page (cut or
// overlapping text, errors, requests elsewhere).
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {BrowserContext, Page} from 'playwright-core';

const executable = process.env['JITSTAT_CHROMIUM'] ?? '/usr/bin/chromium';

/** Null if pages can be opened, else the reason to skip. */
export const noBrowser: string | null = existsSync(executable)
  ? null
  : 'no Chromium at /usr/bin/chromium';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Look {
  readonly scheme: 'light' | 'dark';
  readonly width: 1280 | 400;
}

export const looks: readonly Look[] = [
  {scheme: 'light', width: 1280},
  {scheme: 'dark', width: 1280},
  {scheme: 'light', width: 400},
  {scheme: 'dark', width: 400},
];

export interface OpenPage {
  readonly page: Page;
  /** Console errors, uncaught errors and requests that left this machine, as they come. */
  readonly trouble: readonly string[];
}

export interface Browser {
  readonly open: (url: string, look: Look) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

/** One browser with its own profile, which is removed on close. */
export const startBrowser = async (): Promise<Browser> => {
  const {chromium} = await import('playwright-core');
  const profile = mkdtempSync(join(tmpdir(), 'jitstat-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    args: flags,
  });
  return {
    open: async (url, look) => {
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          trouble.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
      page.on('request', (request) => {
        if (!/^(?:file:|data:|about:|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/.test(request.url()))
          trouble.push(`request: ${request.url()}`);
      });
      await page.setViewportSize({width: look.width, height: 900});
      await page.emulateMedia({colorScheme: look.scheme});
      await page.goto(url);
      return {page, trouble};
    },
    close: async () => {
      await context.close();
      rmSync(profile, {recursive: true, force: true});
    },
  };
};

/**
 * Text that is cut, sticks out of the page or its picture, or runs into other text; empty on a good
 * page.
 */
export const textFaults = async (page: Page): Promise<readonly string[]> => {
  // Given as text because it runs in the page, whose types this project does not have.
  const faults: unknown = await page.evaluate(inPage);
  return faults as readonly string[];
};

const inPage = `(() => {
  const faults = [];
  const boxes = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1)
    faults.push('the page scrolls sideways: ' + root.scrollWidth + ' > ' + root.clientWidth);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const parent = node.parentElement;
    if (words === '') continue;
    const hidden = parent.closest('script,style,title,desc,select,.skip,thead') !== null;
    if (hidden && !parent.closest('table:not(.rows)')) continue;
    if (parent.closest('details:not([open])') !== null && parent.closest('summary') === null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const svg = parent.closest('svg');
    const rects = svg === null ? [...range.getClientRects()] : [parent.getBoundingClientRect()];
    for (const rect of rects) {
      if (rect.width < 2 || rect.height < 2) continue;
      if (rect.left < -1 || rect.right > root.clientWidth + 1)
        faults.push('outside the page: ' + words.slice(0, 60));
      if (svg !== null) {
        const frame = svg.getBoundingClientRect();
        const beyondX = rect.left < frame.left - 2 || rect.right > frame.right + 2;
        const beyondY = rect.top < frame.top - 2 || rect.bottom > frame.bottom + 2;
        if (beyondX || beyondY) faults.push('outside its picture: ' + words.slice(0, 60));
      }
      boxes.push({words, rect, svg});
    }
    for (let box = parent; box !== null && svg === null; box = box.parentElement) {
      const style = getComputedStyle(box);
      const cuts = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (cuts && box.scrollWidth > box.clientWidth + 1) faults.push('cut: ' + words.slice(0, 60));
    }
  }
  boxes.sort((a, b) => a.rect.top - b.rect.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].rect.top < boxes[i].rect.bottom; j++) {
      const [a, b] = [boxes[i].rect, boxes[j].rect];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1.5 && down > Math.min(a.height, b.height) * 0.34)
        faults.push('overlap: ' + boxes[i].words.slice(0, 40) + ' / ' + boxes[j].words.slice(0, 40));
    }
  }
  return [...new Set(faults)].slice(0, 20);
})()`;
