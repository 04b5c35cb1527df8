// Text from outside in a form that may be shown: the one rule for labels, events, hosts, workloads
// and paths on their way to a terminal, a table, CSV, Markdown, a page or a message.

const halves = String.raw`[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`;
/** Inside a class: what is never shown, from DEL on. */
const afterDel =
  String.raw`\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069` +
  String.raw`\ufeff\ufffe\uffff`;
/**
 * Controls (C0, DEL, C1), line and paragraph separators, marks, embeddings, overrides and isolates
 * of bidirectional text, halves of surrogate pairs, and what XML cannot hold.
 */
const hidden = new RegExp(String.raw`[\u0000-\u001f${afterDel}]|${halves}`, 'g');
/** The same without line feed and tab, which our own layouts use, and without CSV's CR LF. */
const hiddenInLines = new RegExp(
  String.raw`(?!\r\n)[\u0000-\u0008\u000b-\u001f${afterDel}]|${halves}`,
  'g',
);

const code = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Most texts are plain, which is checked first: it is ten times cheaper. */
const notPlain = /[^ -~]/;
const unusual = /[^\n\t -~]/;

/** One line: a name must not rewrite the text around it, move a cursor or begin a line. */
export const visible = (text: string): string =>
  notPlain.test(text) ? text.replace(hidden, code) : text;

/** Finished text: its line feeds and tabs stay. */
export const visibleLines = (text: string): string =>
  unusual.test(text) ? text.replace(hiddenInLines, code) : text;

/**
 * A document with every text in it made visible, the keys of its objects too. What is visible
 * already is not copied.
 */
export const visibleTexts = <T>(value: T): T => {
  if (typeof value === 'string') return visible(value) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return visibleList(value) as T;
  if (value instanceof Map)
    return new Map([...value].map(([key, one]) => [key, visibleTexts(one)])) as T;
  return visibleObject(value as Readonly<Record<string, unknown>>) as T;
};

const visibleList = (list: readonly unknown[]): readonly unknown[] => {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const one = visibleTexts(list[i]);
    if (one !== list[i]) (copy ??= [...list])[i] = one;
  }
  return copy ?? list;
};

const visibleObject = (
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const keys = Object.keys(fields);
  let copy: (readonly [string, unknown])[] | null = null;
  for (let k = 0; k < keys.length; k++) {
    const key = keys[k];
    const [name, one] = [visibleKey(key), visibleTexts(fields[key])];
    if (copy === null && (name !== key || one !== fields[key]))
      copy = keys.slice(0, k).map((before) => [before, fields[before]] as const);
    copy?.push([name, one]);
  }
  return copy === null ? fields : Object.fromEntries(copy);
};

const mostKeys = 1000;
/** A document repeats its keys. */
const plainKeys = new Set<string>();
const visibleKey = (key: string): string => {
  if (plainKeys.has(key)) return key;
  const shown = visible(key);
  if (shown === key && plainKeys.size < mostKeys) plainKeys.add(key);
  return shown;
};

/** A spreadsheet takes text that begins like this for a formula, which it may run. */
const formula = /^[=+\-@\t\r]/;

/**
 * One cell of CSV (RFC 4180). Text that a spreadsheet would take for a formula begins with `'`;
 * numbers stay numbers, missing ones are empty.
 */
export const csvCell = (value: string | number | boolean | null | undefined): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return String(value);
  const shown = visible(value);
  const text = formula.test(value) ? `'${shown}` : shown;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
