// How wide a text is, the same on every machine: a table of advance widths instead of the fonts
// that happen to be installed.

/**
 * Advance widths of the printable ASCII characters in thousandths of the font size, of a wide sans
 * serif (DejaVu Sans), so that narrower fonts fit too.
 */
// prettier-ignore
const ascii = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
const narrow = new Set(['\u00a0', '\u2009', '\u202f', '·', '’', '‘']);
/** Bold letters are wider by about this much each, in thousandths. */
const boldExtra = 75;

/** Width of one line in pixels at `size` pixels. */
export const textWidth = (text: string, size: number, bold = false): number => {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    sum += (ascii[code - 32] ?? (narrow.has(character) ? 318 : 838)) + (bold ? boldExtra : 0);
  }
  return (sum * size) / 1000;
};

/** Breaks a text at spaces so that no line is wider than `width`, unless a single word is. */
export const wrapText = (text: string, width: number, size: number, bold = false): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size, bold) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
