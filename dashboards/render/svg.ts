// From a Vega-Lite spec to SVG text, in Node without a browser; the same bytes on every run and
// machine.
import type {Chart, SessionLink, Spec} from '../charts/types.ts';
import {colour, darkRules} from '../charts/palette.ts';
import {escapeXml, frame, group, px, text} from '../charts/picture.ts';
import {config, fontSize, fontStack} from '../charts/theme.ts';
import {textWidth, wrapText} from '../charts/text-metrics.ts';
import {visibleLines, visibleTexts} from '../../results/visible.ts';

type VegaSpec = Readonly<Record<string, unknown>>;

/**
 * The part of Vega that this file uses; the modules are loaded on first use because loading takes a
 * fifth of a second.
 */
const load = async () => {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')]);
  const metrics = (
    vega as unknown as {textMetrics: {width: (item: TextItem, text: unknown) => number}}
  ).textMetrics;
  metrics.width = measure;
  return {vega, lite};
};

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly text?: unknown;
}

const measure = (item: TextItem, text: unknown): number => {
  const value = text ?? item.text ?? '';
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
  const lines = Array.isArray(value) ? value : [value];
  return Math.max(0, ...lines.map((line) => textWidth(String(line), item.fontSize ?? 11, bold)));
};

/**
 * Vega warns if a chart would come out empty or wrong (an unknown field, an empty domain), so a
 * warning is an error.
 */
const strictLogger = () => {
  const fail = (...words: readonly unknown[]): never => {
    throw new Error(`Vega: ${words.map(String).join(' ')}`);
  };
  const logger = {
    level: () => logger,
    error: fail,
    warn: fail,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
};

/** Compiles Vega-Lite to Vega with the shared configuration. */
export const compileSpec = async (spec: Spec): Promise<VegaSpec> => {
  const {lite} = await load();
  const merged = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...visibleTexts(spec),
  };
  return lite.compile(merged as never, {config: config as never, logger: strictLogger() as never})
    .spec as unknown as VegaSpec;
};

/** Draws a Vega-Lite spec. Throws if Vega warns. */
export const renderSvg = async (spec: Spec): Promise<string> => {
  const {vega} = await load();
  const compiled = await compileSpec(spec);
  (vega as unknown as {resetSVGDefIds: () => void}).resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled as never), {
    renderer: 'none',
    logger: strictLogger() as never,
  });
  try {
    return visibleLines(shorten(await view.toSVG()));
  } finally {
    view.finalize();
  }
};

/**
 * Removes what a still picture does not need, most of it repeated for each point; numbers keep two
 * decimals.
 */
const shorten = (svg: string): string =>
  joinDots(
    svg
      .replaceAll(
        / (?:role|class|aria-[a-z]+|pointer-events|stroke-miterlimit|font-family)="[^"]*"/g,
        '',
      )
      .replaceAll(/<[^>]+>/g, (tag) =>
        tag.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) =>
          String(Math.round(Number(number) * 100) / 100),
        ),
      )
      .replaceAll('></path>', '/>')
      .replaceAll('></line>', '/>')
      .replaceAll('></rect>', '/>')
      .replaceAll(/<path (?:d="M0,0h0v0h0Z"|d="" display="none")\/>/g, '')
      .replaceAll('<g></g>', '')
      .replaceAll(' opacity="1"', ''),
  );

/**
 * Dots of one size and colour that follow one another become one path of round caps: 15 bytes a dot
 * instead of 150.
 */
const joinDots = (svg: string): string => {
  const dot = new RegExp(
    String.raw`<path transform="translate\(([-\d.]+),([-\d.]+)\)"` +
      String.raw` d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"` +
      String.raw` fill="([^"]+)" stroke-width="2"(?: opacity="([\d.]+)")?\/>`,
    'g',
  );
  let last: {end: number; key: string} = {end: -1, key: ''};
  let joined = '';
  let from = 0;
  for (const match of svg.matchAll(dot)) {
    const [whole, x, y, radius, fill, opacity = '1'] = match;
    const key = `${radius} ${fill} ${opacity}`;
    if (last.end === match.index && last.key === key) {
      joined = `${joined.slice(0, -'"/>'.length)}M${x},${y}h0"/>`;
    } else {
      joined +=
        `${svg.slice(from, match.index)}<path fill="none" stroke="${fill}" stroke-width="` +
        `${Math.round(Number(radius) * 200) / 100}" stroke-linecap="round" opacity="` +
        `${opacity}" d="M${x},${y}h0"/>`;
    }
    from = match.index + whole.length;
    last = {end: from, key};
  }
  return joined + svg.slice(from);
};

const label = (svg: string, attributes: string, inside: string): string =>
  svg.replace(/<svg ([^>]*)>/, (_whole, own: string) => `<svg ${own} ${attributes}>${inside}`);

/**
 * A chart for a page: no title (the page has it), transparent, named for screen readers by the
 * chart's description. `link`: addresses of sessions, for charts whose points are nights.
 */
export const inlineSvg = async (
  chart: Chart,
  width: number,
  link: SessionLink | null = null,
): Promise<string> => {
  const svg = 'picture' in chart ? chart.picture(width, link) : await renderSvg(chart.spec(width));
  const role = link === null ? 'img' : 'group';
  return label(svg, `role="${role}" aria-label="${escapeXml(chart.description)}"`, '');
};

const darkStyle = `<style>@media (prefers-color-scheme:dark){\n${darkRules('svg')}\n}</style>`;

/** As `inlineSvg`, but a separate file: fonts named, dark if the page is dark. */
export const imageSvg = async (chart: Chart, width: number): Promise<string> =>
  label(await inlineSvg(chart, width), fontOf(chart), darkStyle);

/** Pictures name their fonts themselves. */
const fontOf = (chart: Chart): string =>
  'picture' in chart ? '' : `font-family="${escapeXml(fontStack)}"`;

/**
 * A chart as a separate file: title and description inside, on paper, dark if the viewer is dark.
 */
export const standaloneSvg = async (chart: Chart, width: number, style = true): Promise<string> => {
  const title = wrapText(chart.title, width, fontSize.title, true);
  const subtitle = [chart.subtitle, ...(chart.notes ?? [])].flatMap((line) =>
    wrapText(line, width, fontSize.subtitle),
  );
  const svg =
    'picture' in chart
      ? titled(chart.picture(width, null), width, title, subtitle)
      : await renderSvg({
          ...chart.spec(width),
          background: colour.paper,
          padding: 12,
          title: {text: title, subtitle},
        });
  return label(
    svg,
    `role="img" ${fontOf(chart)}`.trimEnd(),
    `<title>${escapeXml(chart.title)}</title><desc>${escapeXml(chart.description)}</desc>` +
      (style ? darkStyle : ''),
  );
};

/** Title and subtitle above a picture, as Vega lays them out. */
const titled = (
  picture: string,
  width: number,
  title: readonly string[],
  subtitle: readonly string[],
): string => {
  const height = Number(/ height="([\d.]+)"/.exec(picture)![1]);
  const pad = 12;
  const body = pad + 20 * title.length + 17 * subtitle.length + 12;
  const [wide, high] = [width + 2 * pad, body + height + pad];
  return frame(wide, high, [
    `<rect width="${px(wide)}" height="${px(high)}" fill="${colour.paper}"/>`,
    group(
      `fill="${colour.ink}" font-size="${fontSize.title}" font-weight="600"`,
      title.map((line, at) => text(pad, pad + 14 + 20 * at, line, 'start')),
    ),
    group(
      `fill="${colour.muted}" font-size="${fontSize.subtitle}"`,
      subtitle.map((line, at) => text(pad, pad + 20 * title.length + 12 + 17 * at, line, 'start')),
    ),
    group(`transform="translate(${pad},${px(body)})"`, [picture]),
  ]);
};
