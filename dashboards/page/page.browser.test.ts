// Pages in a real browser, light and dark, wide and narrow: nothing cut or overlapping, no error,
// no request elsewhere; marking runs and its address work.
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readHistory, readNights} from '../../results/history/index.ts';
import {loadSession} from '../../results/store/index.ts';
import type {Browser} from '../testdata/browser.ts';
import {looks, noBrowser, startBrowser, textFaults} from '../testdata/browser.ts';
import {bytes, calibration, steps} from '../charts/index.ts';
import {cases} from '../testdata/cases.ts';
import {calibrationRows, stepBytes, stepCosts} from '../testdata/gallery.ts';
import {fillStore} from '../testdata/store.ts';
import {thread} from '../testdata/thread.ts';
import {writeFrontPage} from './front.ts';
import {writeReport} from './report-page.ts';

describe.skipIf(noBrowser !== null)(
  `pages in Chromium${noBrowser === null ? '' : `: skipped, ${noBrowser}`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-pages-'));
    const pages = new Map<string, string>();
    let browser: Browser;

    beforeAll(async () => {
      const full = cases.full();
      const extras = {
        [full.session.id]: [
          bytes(stepBytes)!,
          steps(stepCosts, 'instructions per program run')!,
          calibration(calibrationRows)!,
        ],
      };
      const write = async (
        name: string,
        options: Omit<Parameters<typeof writeReport>[0], 'outDir'>,
      ) => pages.set(name, (await writeReport({...options, outDir: join(folder, name)})).index);
      await write('session', {sessions: [full], extras});
      await write('two sessions', {sessions: [full, cases.noPmu()]});
      await write('long names', {sessions: [cases.longNames()]});
      await write('comparison of the thread', {sessions: [{comparison: thread()}]});
      await write('nothing counted', {sessions: [cases.allUnsupported()]});
      await write('live', {sessions: [full], interactive: true});
      const store = join(folder, 'store');
      await fillStore(store);
      const night = readNights(store).nights.at(-1)!;
      const session = await loadSession(store, night.workloads[0].session!);
      const front = await writeFrontPage({
        night,
        history: readHistory(store, {machine: night.machine}),
        sessions: [session],
        outDir: join(folder, 'front'),
      });
      pages.set('front page', front.index);
      pages.set('history', join(folder, 'front', 'history.html'));
      browser = await startBrowser();
    });

    afterAll(async () => {
      await browser.close();
      rmSync(folder, {recursive: true, force: true});
    });

    const url = (name: string): string => pathToFileURL(pages.get(name)!).href;

    const everyLook = ['session', 'comparison of the thread', 'front page', 'history'].flatMap(
      (name) => looks.map((look) => ({name, ...look})),
    );
    const twoLooks = ['two sessions', 'long names', 'nothing counted', 'live'].flatMap((name) =>
      [looks[0], looks[3]].map((look) => ({name, ...look})),
    );

    test.each([...everyLook, ...twoLooks])(
      '$name, $scheme, $width wide',
      async ({name, ...look}) => {
        const {page, trouble} = await browser.open(url(name), look);
        if (name === 'live') await page.waitForSelector('html[data-live=ready]');
        expect(await textFaults(page)).toEqual([]);
        expect(trouble).toEqual([]);
        await page.close();
      },
    );

    test('the checks find cut, overlapping and outlying text', async () => {
      const {page} = await browser.open(url('nothing counted'), looks[0]);
      await page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"position:absolute;top:' + " +
          "(document.querySelector('h1').getBoundingClientRect().top + scrollY + 4) + " +
          "'px;left:' + document.querySelector('h1').getBoundingClientRect().left + " +
          '\'px;white-space:nowrap">over the heading</p><p ' +
          'style="position:absolute;left:1200px;white-space:nowrap">a text that is too far to ' +
          'the right</p><p style="width:40px;overflow:hidden;white-space:nowrap">a text that ' +
          "is cut</p>')",
      );
      const faults = (await textFaults(page)).join('\n');
      for (const kind of ['overlap: ', 'outside the page: ', 'cut: ', 'scrolls sideways'])
        expect(faults).toContain(kind);
      await page.close();
    });

    test('every link of a page to a file next to it leads to one', () => {
      for (const path of pages.values()) {
        const hrefs = [...readFileSync(path, 'utf8').matchAll(/href="([^"#:]+)(?:#[^"]*)?"/g)].map(
          (match) => match[1],
        );
        for (const href of hrefs) expect(existsSync(join(path, '..', href))).toBe(true);
      }
    });

    test('dark pages are dark: chart text and paper differ in lightness', async () => {
      const {page} = await browser.open(url('session'), {scheme: 'dark', width: 1280});
      const colours = await page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, ' +
          "getComputedStyle(document.querySelector('figure svg text')).fill]",
      );
      expect(colours).toEqual(['rgb(20, 24, 31)', 'rgb(230, 234, 240)']);
      await page.close();
    });

    test('paper is white whatever the colours of the screen, with the still pictures', async () => {
      const {page} = await browser.open(url('live'), {scheme: 'dark', width: 1280});
      await page.waitForSelector('html[data-live=ready]');
      await page.emulateMedia({media: 'print', colorScheme: 'dark'});
      const seen = await page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, ' +
          "getComputedStyle(document.querySelector('figure .wide svg text')).fill, " +
          "getComputedStyle(document.querySelector('.live')).display, " +
          "getComputedStyle(document.querySelector('figure .wide')).display]",
      );
      expect(seen).toEqual(['rgb(255, 255, 255)', 'rgb(27, 35, 48)', 'none', 'block']);
      await page.close();
    });

    test('the keyboard reaches every link and summary, the first is the way past the header', async () => {
      const {page} = await browser.open(url('session'), {scheme: 'light', width: 1280});
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toBe('skip');
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('a,summary,button,input')].every((one) => one.tabIndex >= 0)",
        ),
      ).toBe(true);
      await page.close();
    });

    test('dragging over one strip marks the same runs in all charts; the address keeps them', async () => {
      const {page, trouble} = await browser.open(url('live'), {scheme: 'light', width: 1280});
      await page.waitForSelector('html[data-live=ready]');
      const strips = page.locator('figure[data-kind=strip]');
      expect(await strips.count()).toBeGreaterThan(2);
      const box = (await strips.first().locator('.live svg').boundingBox())!;
      await strips.first().scrollIntoViewIfNeeded();
      const seen = (await strips.first().locator('.live svg').boundingBox())!;
      await page.mouse.move(seen.x + box.width * 0.3, seen.y + 60);
      await page.mouse.down();
      await page.mouse.move(seen.x + box.width * 0.5, seen.y + 70, {steps: 6});
      await page.mouse.up();
      await page.waitForFunction("location.hash.startsWith('#runs=')");
      const marked = faintByChart(page);
      for (const [name, faint] of await marked) expect(`${name} ${faint > 0}`).toBe(`${name} true`);

      const address = page.url();
      const [, from, to] = /#runs=(\d+)-(\d+)/.exec(address)!.map(Number);
      expect(from).toBeGreaterThan(1);
      expect(to).toBeGreaterThan(from);
      const again = await browser.open(address, {scheme: 'light', width: 1280});
      await again.page.waitForSelector('html[data-live=ready]');
      expect(await again.page.inputValue('.controls [name=from]')).toBe(String(from));
      expect(await again.page.inputValue('.controls [name=to]')).toBe(String(to));
      expect(await faintByChart(again.page)).toEqual(await faintByChart(page));

      await again.page.keyboard.press('Escape');
      await again.page.waitForFunction("location.hash === ''");
      expect((await faintByChart(again.page)).every(([, faint]) => faint === 0)).toBe(true);
      expect([...trouble, ...again.trouble]).toEqual([]);
      await again.page.close();
      await page.close();
    });

    test('zoom shows the marked runs only; a pointer over a run names run, time and placement', async () => {
      const {page, trouble} = await browser.open(`${url('live')}#runs=5-9`, {
        scheme: 'light',
        width: 1280,
      });
      await page.waitForSelector('html[data-live=ready]');
      await page.locator('.controls [name=zoom]').click();
      await page.waitForFunction(
        "[...document.querySelectorAll('figure[data-kind=strip] .live svg')].every((svg) => " +
          "![...svg.querySelectorAll('text')].some((text) => text.textContent === '30'))",
      );
      const dot = page.locator('figure[data-kind=strip] .live svg .mark-symbol path').nth(4);
      await dot.hover();
      await page.waitForSelector('.bubble:not([hidden])');
      expect(await page.innerText('.bubble')).toMatch(/run 5 of v58[\s\S]*time [\s\S]*placement /);
      expect(trouble).toEqual([]);
      await page.close();
    });
  },
);

type Page = Awaited<ReturnType<Browser['open']>>['page'];

/** For each strip, how many points are drawn faintly. */
const faintByChart = async (page: Page): Promise<[string, number][]> => {
  await page.waitForTimeout(150);
  return (await page.evaluate(
    "[...document.querySelectorAll('figure[data-kind=strip]')].map((one) => [one.id, " +
      'one.querySelectorAll(\'.live .mark-symbol path[opacity="0.15"]\').length])',
  )) as [string, number][];
};
