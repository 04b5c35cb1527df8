// Cells of tables people make by hand: names, a value with a suffix and a unit, and the author's per
// cent.
import {remembered} from '../repeated-words.ts';
import {isKnownEvent} from '../vocabulary.ts';
import {scaled} from './reader.ts';

/** Factors of the suffixes people write: T, B and M are counts. */
const factors: Readonly<Record<string, number>> = {k: 1e3, K: 1e3, M: 1e6, G: 1e9, B: 1e9, T: 1e12};
const value = new RegExp(
  String.raw`^([+-]?(?:\d{1,3}(?:[,']\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?)\s*([kKMGBT]` +
    String.raw`(?![A-Za-z]))?\s*([A-Za-zµμ%][\w/µμ%]*)?(?:\s*(?:±|\+-|\+\/-)\s*(\d[\d.]*)` +
    String.raw`\s*(%|[A-Za-z]*))?$`,
);
/** Minutes and seconds as shells print times: `1m2.311s`. */
const minutes = /^(?:(\d{1,4})h\s?)?(\d{1,6})m\s?(\d{1,2}(?:\.\d+)?)s$/;
const percent = /^[(~]?\s*([+−–-]?\d[\d.,]*)\s*%\s*\)?/;

/** A value with its unit; `hasSpread`: `± something` followed. */
export interface Cell {
  readonly value: number;
  readonly unit: string;
  readonly hasSpread: boolean;
}

const withoutMarks = (text: string): string =>
  (/[*_`]/.test(text) ? text.replace(/[*_`]/g, '') : text).trim();

/** The value of a cell as people write it; null if it is not one. */
export const readCell = (text: string): Cell | null => {
  const bare = withoutMarks(text);
  const time = bare.endsWith('s') ? minutes.exec(bare) : null;
  if (time !== null) {
    const [, hours = '0', whole, seconds] = time;
    const total = scaled(3600 * Number(hours) + 60 * Number(whole) + Number(seconds), 1);
    return {value: total, unit: 's', hasSpread: false};
  }
  const match = value.exec(bare);
  if (match === null) return null;
  const [, digits, suffix, unit = '', spread] = match;
  return {
    value: scaled(Number(digits.replace(/[,']/g, '')), suffix === undefined ? 1 : factors[suffix]),
    unit,
    hasSpread: spread !== undefined,
  };
};

/** The first per cent of a text; null if there is none. */
export const percentOf = (text: string): number | null => {
  const found = text === '' ? null : percent.exec(withoutMarks(text));
  return found === null ? null : Number(found[1].replace(/[−–]/, '-').replaceAll(',', ''));
};

/** Whether the author's per cent is one of the usual ones for these values. */
export const agrees = (stated: number, before: number, after: number): boolean => {
  const slack = Math.max(0.6, 0.02 * Math.abs(stated));
  const fits = (part: number): boolean =>
    Number.isFinite(part) && Math.abs(100 * part - stated) <= slack;
  return (
    fits(after / before - 1) ||
    fits(before / after - 1) ||
    fits(1 - after / before) ||
    fits(1 - before / after)
  );
};

/** Without Markdown's marks; `_` inside a word is the name's own: `TCP_RR`. */
const withoutEmphasis = (name: string): string => name.replace(/[*`]|\b_+|_+\b/g, '');

/** The name in a cell, which may be the first of a comment. */
export const nameIn = remembered((cell) =>
  withoutEmphasis(cell.replace(/^(?:\/\/|[#*;%]|--)\s/, '')).trim(),
);

/** Names of perf's events are written with capitals in such tables. */
export const eventOf = remembered((name): string => {
  const bare = withoutEmphasis(name).replace(/:$/, '').trim();
  const small = bare.toLowerCase().replace(/ /g, '-');
  return isKnownEvent(small) ? small : bare;
});
