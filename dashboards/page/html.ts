// HTML as text with escaping by default: a template tag whose values are escaped unless they are
// HTML already.
import {visible} from '../../results/visible.ts';

/** A piece of finished HTML. */
export interface Html {
  readonly html: string;
}

type Value = Html | string | number | null | false | readonly (Html | string)[];

const escapeHtml = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Text that is HTML already (SVG, style sheets); never for anything that came from outside. */
export const raw = (text: string): Html => ({html: text});

export const nothing: Html = {html: ''};

const toHtml = (value: Value): string => {
  if (value === null || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  if ('html' in value) return value.html;
  return value.map(toHtml).join('');
};

export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  html: parts.map((part, i) => part + (i < values.length ? toHtml(values[i]) : '')).join(''),
});

/** JSON for a script element: `<` is escaped so that nothing in the data can end the element. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
