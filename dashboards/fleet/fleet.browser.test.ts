// The views of a fleet in a real browser, light and dark, wide and narrow: nothing cut or
// overlapping, and names from outside never become markup.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Browser} from '../testdata/browser.ts';
import {looks, noBrowser, startBrowser, textFaults} from '../testdata/browser.ts';
import * as made from '../testdata/fleet.ts';
import {alertPage, alertsPage} from './alerts-page.ts';
import {compareFormPage, compareSessionsPage} from './compare-sessions-page.ts';
import {hostsPage} from './hosts-page.ts';
import {commitPage, lastNightPage} from './last-night-page.ts';
import {seriesListPage, seriesPage} from './series-page.ts';

const night = made.fleetNight(4);
const long = 'a_workload_with_a_very_long_name_that_somebody_made_by_a_script_'.repeat(3);
const pages: Readonly<Record<string, () => string>> = {
  'last night': () => lastNightPage(night),
  'last night, twenty hosts': () => lastNightPage(made.fleetNight(20)),
  'last night, long names': () => lastNightPage(made.fleetNight(3, long)),
  'nothing measured': () => lastNightPage(made.emptyNight),
  commit: () =>
    commitPage({
      commit: '9b07d2c6a815',
      hosts: night.hosts,
      groups: night.groups,
      equal: 480,
      unsettled: 3,
    }),
  series: () => seriesPage(made.fleetSeriesView(4, 340)),
  'series, twenty hosts': () => seriesPage(made.fleetSeriesView(20, 340)),
  'series, one night': () => seriesPage(made.fleetSeriesView(1, 1)),
  'all series': () =>
    seriesListPage([
      {...made.fleetSeries('tailcall1', 'cycles', 1), hosts: 4, lastNight: '2026-01-12'},
    ]),
  compare: () => compareSessionsPage(made.fleetCompare),
  'compare, form': compareFormPage,
  hosts: () => hostsPage(made.fleetHosts),
  'no hosts': () => hostsPage([]),
  alerts: () => alertsPage(made.fleetAlerts, 'open'),
  'no alerts': () => alertsPage([], 'closed'),
  alert: () => alertPage(made.fleetAlert, made.fleetAlertJobs, true),
  'alert, reader': () => alertPage({...made.fleetAlert, alert: made.fleetAlerts[3]}, [], false),
};

test('names from outside are text', () => {
  const evil = '<img src=x onerror=alert(1)>"\'';
  const texts = [
    lastNightPage(made.fleetNight(2, evil)),
    alertPage(
      {...made.fleetAlert, alert: {...made.fleetAlerts[1], note: evil, owner: evil}},
      made.fleetAlertJobs.map((job) => ({...job, message: evil, by: evil})),
      true,
    ),
    hostsPage([{...made.fleetHosts[0], name: evil}]),
    seriesListPage([{...made.fleetSeries(evil, evil, 1), hosts: 1, lastNight: evil}]),
  ];
  for (const text of texts) expect(text).not.toContain('<img');
});

test('a reader who may not act sees no form', () => {
  expect(pages['alert, reader']()).not.toContain('<form');
  expect(pages['alert']()).toContain('Measure both ends again');
});

describe.skipIf(noBrowser !== null)(
  `a fleet's views in Chromium${noBrowser === null ? '' : `: skipped, ${noBrowser}`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-fleet-pages-'));
    let browser: Browser;

    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, {recursive: true, force: true});
    });

    test.each(Object.keys(pages))('%s', async (name) => {
      const file = join(folder, 'page.html');
      writeFileSync(file, pages[name]());
      for (const look of looks) {
        const {page, trouble} = await browser.open(pathToFileURL(file).href, look);
        expect({look, faults: await textFaults(page)}).toEqual({look, faults: []});
        expect(trouble).toEqual([]);
        await page.close();
      }
    });

    test('hosts are one below the other in all changes of a night', async () => {
      const file = join(folder, 'columns.html');
      writeFileSync(file, pages['last night']());
      const {page} = await browser.open(pathToFileURL(file).href, looks[0]);
      const lefts = await page.evaluate(
        "[...document.querySelectorAll('ul.cells')].map((list) => [...list.children].map((one) => " +
          'Math.round(one.getBoundingClientRect().left)).join())',
      );
      expect(new Set(lefts as string[]).size).toBe(1);
      await page.close();
    });
  },
);
