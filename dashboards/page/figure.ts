// A chart on a page: its title and how to read it as text, the picture for wide and narrow screens,
// and links to its numbers.
import type {Chart, SessionLink} from '../charts/types.ts';
import {widths} from '../charts/types.ts';
import {toCsv, toJson} from '../render/chart-numbers.ts';
import {compileSpec, imageSvg, inlineSvg, standaloneSvg} from '../render/svg.ts';
import type {Html} from './html.ts';
import {html, raw} from './html.ts';
import type {LazyFile} from './write-report.ts';

export interface Figure {
  readonly chart: Chart;
  readonly html: Html;
  readonly drawn: boolean;
  /** Files next to the page by path: numbers as CSV and JSON, the picture as SVG. */
  readonly files: ReadonlyMap<string, string | LazyFile>;
}

/** How a page gets its charts: drawn with the page, or when a browser asks for them. */
export type DrawFigure = (chart: Chart) => Promise<Figure>;

/** Where a chart's files go, relative to the page. */
const folder = 'charts';

/**
 * Draws a chart for a page. If it cannot be drawn, its numbers and the reason are shown. `link`:
 * the pages of a history's sessions.
 */
export const figure = async (chart: Chart, link: SessionLink | null = null): Promise<Figure> => {
  const stem = `${folder}/${chart.name}`;
  const pictures = await draw(chart, link);
  const files = new Map([
    [`${stem}.csv`, toCsv(chart.rows)],
    [`${stem}.json`, toJson(chart)],
    ...('reason' in pictures ? [] : [[`${stem}.svg`, pictures.standalone] as const]),
  ]);
  return {
    chart,
    drawn: !('reason' in pictures),
    files,
    html: figureHtml(
      chart,
      [...files.keys()],
      'reason' in pictures
        ? html`<p>This chart could not be drawn (${pictures.reason}). ${chart.description}</p>`
        : bothWidths(pictures),
    ),
  };
};

const figureHtml = (chart: Chart, files: readonly string[], picture: Html): Html => {
  const links = files.map(
    (path) => html` <a href="${path}">${path.split('.').at(-1)!.toUpperCase()}</a>`,
  );
  return html`<figure id="${chart.name}" data-chart="${chart.name}" data-kind="${chart.kind}">
    <figcaption>
      <h3>${chart.title}</h3>
      <p>${chart.subtitle}</p>
    </figcaption>
    ${picture}${(chart.notes ?? []).map((note) => html`<p class="note">${note}</p>`)}
    <p class="numbers">Numbers:${links}</p>
  </figure>`;
};

/**
 * A chart for a page that a server sends: its picture is drawn when a browser asks for it, which it
 * does for its own width and shortly before the picture scrolls into view. A history is drawn with
 * the page, which takes milliseconds.
 */
export const lazyFigure = async (chart: Chart, link: SessionLink): Promise<Figure> => {
  const stem = `${folder}/${chart.name}`;
  const files = new Map<string, LazyFile>([
    [`${stem}.csv`, () => toCsv(chart.rows)],
    [`${stem}.json`, () => toJson(chart)],
    [`${stem}.svg`, () => standaloneSvg(chart, widths.wide)],
  ]);
  const numbers = [...files.keys()];
  if ('picture' in chart)
    return {
      chart,
      drawn: true,
      files,
      html: figureHtml(chart, numbers, bothWidths(await inlineBoth(chart, link))),
    };
  for (const [name, width] of Object.entries(widths))
    files.set(`${stem}-${name}.svg`, () => imageSvg(chart, width));
  return {
    chart,
    drawn: true,
    files,
    html: figureHtml(
      chart,
      numbers,
      html`<picture>
        <source media="(max-width: 700px)" srcset="${stem}-narrow.svg" />
        <img src="${stem}-wide.svg" loading="lazy" alt="${chart.description}" />
      </picture>`,
    ),
  };
};

interface BothWidths {
  readonly wide: string;
  readonly narrow: string;
}

const bothWidths = ({wide, narrow}: BothWidths): Html =>
  html`<div class="wide">${raw(wide)}</div>
    <div class="narrow">${raw(narrow)}</div>`;

const inlineBoth = async (chart: Chart, link: SessionLink | null): Promise<BothWidths> => ({
  wide: await inlineSvg(chart, widths.wide, link),
  narrow: await inlineSvg(chart, widths.narrow, link),
});

const draw = async (
  chart: Chart,
  link: SessionLink | null,
): Promise<(BothWidths & {readonly standalone: string}) | {readonly reason: string}> => {
  try {
    return {
      ...(await inlineBoth(chart, link)),
      standalone: await standaloneSvg(chart, widths.wide),
    };
  } catch (error) {
    return {reason: error instanceof Error ? error.message : String(error)};
  }
};

/** Vega specifications of the charts for a live page, by name, for both widths. */
export const liveSpecs = async (
  charts: readonly Chart[],
): Promise<Readonly<Record<string, {wide: unknown; narrow: unknown}>>> => {
  const specs: Record<string, {wide: unknown; narrow: unknown}> = {};
  for (const chart of charts) {
    if ('picture' in chart) continue;
    specs[chart.name] = {
      wide: await compileSpec(chart.spec(widths.wide, true)),
      narrow: await compileSpec(chart.spec(widths.narrow, true)),
    };
  }
  return specs;
};

/**
 * The bar that marks runs by number and zooms in on them; hidden until the page's script shows it.
 */
export const controls: Html = html`<form class="controls" hidden aria-label="Mark runs">
  <label>Runs <input name="from" type="number" min="1" inputmode="numeric" /></label
  ><label>to <input name="to" type="number" min="1" inputmode="numeric" /></label
  ><button type="button" name="zoom">Zoom to them</button
  ><button type="button" name="clear">Show all</button><output></output>
</form>`;
