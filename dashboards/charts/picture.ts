// Parts of pictures that are written directly as SVG, without Vega: thousands of points in a few
// milliseconds, and each may be a link.
import {visible} from '../../results/visible.ts';
import {fontStack} from './theme.ts';

export const escapeXml = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** Pixels with two decimals at most. */
export const px = (value: number): string => String(Math.round(value * 100) / 100);

export const frame = (width: number, height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}" ` +
  `viewBox="0 0 ${px(width)} ${px(height)}" font-family="${escapeXml(fontStack)}">` +
  `${parts.join('')}</svg>`;

export const group = (attributes: string, parts: readonly string[]): string =>
  parts.length === 0 ? '' : `<g ${attributes}>${parts.join('')}</g>`;

export const text = (
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'middle' | 'end' = 'middle',
): string =>
  words === ''
    ? ''
    : `<text x="${px(x)}" y="${px(y)}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>` +
      `${escapeXml(words)}</text>`;

/** Straight lines as one path. */
export const lines = (
  all: readonly (readonly [number, number, number, number])[],
  attributes: string,
): string =>
  all.length === 0
    ? ''
    : `<path fill="none" ${attributes} d="${all
        .map(([x1, y1, x2, y2]) =>
          x1 === x2 ? `M${px(x1)},${px(y1)}V${px(y2)}` : `M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}`,
        )
        .join('')}"/>`;

/** Dots as one path of round caps: 15 bytes each. */
export const dots = (
  all: readonly (readonly [number, number])[],
  radius: number,
  attributes: string,
): string =>
  all.length === 0
    ? ''
    : `<path fill="none" stroke-linecap="round" stroke-width="${2 * radius}" ${attributes} ` +
      `d="${all.map(([x, y]) => `M${px(x)},${px(y)}h0`).join('')}"/>`;
