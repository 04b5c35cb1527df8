// The page of a size report in a real browser, light and dark, wide and narrow: nothing cut or
// overlapping, no error, no request elsewhere.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Browser} from '../testdata/browser.ts';
import {looks, noBrowser, startBrowser, textFaults} from '../testdata/browser.ts';
import {sizeDocuments} from '../testdata/sizes.ts';
import {writeSizePage} from './size-page.ts';

describe.skipIf(noBrowser !== null)(
  `the page of a size report in Chromium${noBrowser === null ? '' : `: skipped, ${noBrowser}`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-size-page-'));
    let browser: Browser;

    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, {recursive: true, force: true});
    });

    test.each(Object.entries(sizeDocuments))('%s', async (name, documents) => {
      const index = await writeSizePage(join(folder, name), documents);
      for (const look of looks) {
        const {page, trouble} = await browser.open(pathToFileURL(index).href, look);
        await page.evaluate(
          "document.querySelectorAll('details').forEach((one) => (one.open = true))",
        );
        expect({look, faults: await textFaults(page)}).toEqual({look, faults: []});
        expect(trouble).toEqual([]);
        await page.close();
      }
    });
  },
);
