// A chart on a page: its title and how to read it as text, the picture for wide and narrow screens,
// and links to its numbers.
import type {Chart} from '../charts/types.ts';
import {widths} from '../charts/types.ts';
import {toCsv, toJson} from '../render/chart-numbers.ts';
import {compileSpec, inlineSvg, standaloneSvg} from '../render/svg.ts';
import type {Html} from './html.ts';
import {html, raw} from './html.ts';

export interface Figure {
  readonly chart: Chart;
  readonly html: Html;
  readonly drawn: boolean;
  /** Files next to the page by path: numbers as CSV and JSON, the picture as SVG. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Draws a chart for a page; `folder` is where its files go, relative to the page. A chart that
 * cannot be drawn leaves its numbers and the reason.
 */
export const figure = async (chart: Chart, folder = 'charts'): Promise<Figure> => {
  const stem = `${folder}/${chart.name}`;
  const pictures = await draw(chart);
  const files = new Map([
    [`${stem}.csv`, toCsv(chart.rows)],
    [`${stem}.json`, toJson(chart)],
    ...('reason' in pictures ? [] : [[`${stem}.svg`, pictures.standalone] as const]),
  ]);
  const links = [...files.keys()].map(
    (path) => html` <a href="${path}">${path.split('.').at(-1)!.toUpperCase()}</a>`,
  );
  return {
    chart,
    drawn: !('reason' in pictures),
    files,
    html: html`<figure id="${chart.name}" data-chart="${chart.name}" data-kind="${chart.kind}">
      <figcaption>
        <h3>${chart.title}</h3>
        <p>${chart.subtitle}</p>
      </figcaption>
      ${
        'reason' in pictures
          ? html`<p>This chart could not be drawn (${pictures.reason}). ${chart.description}</p>`
          : html`<div class="wide">${raw(pictures.wide)}</div>
              <div class="narrow">${raw(pictures.narrow)}</div>`
      }${(chart.notes ?? []).map((note) => html`<p class="note">${note}</p>`)}
      <p class="numbers">Numbers:${links}</p>
    </figure>`,
  };
};

const draw = async (
  chart: Chart,
): Promise<
  | {readonly wide: string; readonly narrow: string; readonly standalone: string}
  | {readonly reason: string}
> => {
  try {
    return {
      wide: await inlineSvg(chart, widths.wide),
      narrow: await inlineSvg(chart, widths.narrow),
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
  for (const chart of charts)
    specs[chart.name] = {
      wide: await compileSpec(chart.spec(widths.wide, true)),
      narrow: await compileSpec(chart.spec(widths.narrow, true)),
    };
  return specs;
};

/** The bar that marks runs by number and zooms to them; hidden until the page's script shows it. */
export const controls: Html = html`<form class="controls" hidden aria-label="Mark runs">
  <label>Runs <input name="from" type="number" min="1" inputmode="numeric" /></label
  ><label>to <input name="to" type="number" min="1" inputmode="numeric" /></label
  ><button type="button" name="zoom">Zoom to them</button
  ><button type="button" name="clear">Show all</button><output></output>
</form>`;
