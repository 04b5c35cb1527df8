// PNG from SVG, if the optional package @resvg/resvg-js is installed.
import {UserError} from '../../results/error.ts';
import type {Chart} from '../charts/types.ts';
import {standaloneSvg} from './svg.ts';

/**
 * A chart as PNG at `zoom` pixels per CSS pixel, in light colours. Throws UserError if the
 * package is missing.
 */
export const renderPng = async (chart: Chart, width: number, zoom = 2): Promise<Uint8Array> => {
  const {Resvg} = await load();
  const svg = await standaloneSvg(chart, width, false);
  return new Resvg(svg, {
    fitTo: {mode: 'zoom', value: zoom},
    font: {loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans'},
  })
    .render()
    .asPng();
};

/**
 * The part of the package that this file uses: the package's own types exist only if it is
 * installed, and this must compile without it.
 */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: object,
  ) => {readonly render: () => {readonly asPng: () => Uint8Array}};
}

const packageName: string = '@resvg/resvg-js';

const load = async (): Promise<Resvg> => {
  try {
    return (await import(packageName)) as Resvg;
  } catch {
    throw new UserError(
      'PNG needs the optional package @resvg/resvg-js, which is not installed.',
      'npm install @resvg/resvg-js, or leave out --png: the SVG files hold the same pictures.',
    );
  }
};
