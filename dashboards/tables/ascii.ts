// Text that survives a mailing list: ASCII only, wrapped at a width, columns padded.

/** Columns a mail body may have. */
export const mailWidth = 72;

const replacements: Readonly<Record<string, string>> = {
  '\u00b1': '+-',
  '\u2212': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2192': '->',
  '\u00d7': 'x',
  '\u2264': '<=',
  '\u2265': '>=',
  '\u2248': '~',
  '\u00b5': 'u',
  '\u03bc': 'u',
  '\u03c3': 'sd',
  '\u0394': 'change',
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2026': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\t': ' ',
};

const foreign = /[^\x20-\x7e\n]/u;

/**
 * The text with all characters outside printable ASCII replaced: known ones by an ASCII form,
 * others by `?`.
 */
export const ascii = (text: string): string =>
  !foreign.test(text)
    ? text
    : text.replace(/[^\x20-\x7e\n]/gu, (character) => replacements[character] ?? '?');

/** `1234567` as `1,234,567`, a sign before it kept. */
export const groupThousands = (digits: string): string => {
  let text = digits;
  for (let at = digits.length - 3; at > (digits.startsWith('-') ? 1 : 0); at -= 3)
    text = `${text.slice(0, at)},${text.slice(at)}`;
  return text;
};

/**
 * Words of `text` in lines of at most `width` columns; the first begins with `first`, the others
 * with `rest`. A longer word is cut.
 */
export const wrap = (
  text: string,
  first: string,
  rest: string,
  width: number = mailWidth,
): string[] => {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of ascii(text)
    .split(/\s+/)
    .filter((part) => part !== '')) {
    const room = width - rest.length;
    const fitted = word.length > room ? `${word.slice(0, room - 3)}...` : word;
    if (!isEmpty && line.length + 1 + fitted.length > width) {
      lines.push(line);
      line = rest + fitted;
    } else {
      line += isEmpty ? fitted : ` ${fitted}`;
    }
    isEmpty = false;
  }
  lines.push(line.trimEnd());
  return lines;
};

/** A name in at most `width` columns, cut in the middle so that both ends can be recognised. */
export const fit = (name: string, width: number): string => {
  const plain = ascii(name);
  if (plain.length <= width) return plain;
  const left = Math.ceil((width - 3) / 2);
  return `${plain.slice(0, left)}...${plain.slice(plain.length - (width - 3 - left))}`;
};
