// The tokens of perf stat text that several readers share, and how a reader moves over blanks and line ends.

/** A count or figure in any locale, not ending in a mark. */
export const number = String.raw`\d(?:[\d.,']{0,48}\d)?`;
export const gap = String.raw`[ \t]{0,400}(?:\n[ \t]{0,400})?`;
export const realGap = String.raw`(?:[ \t]{1,400}(?:\n[ \t]{0,400})?|\n[ \t]{0,400})`;
export const sticky = (source: string): RegExp => new RegExp(source, 'y');
export const footer = sticky(String.raw`(${number})(?:${gap}(?:\+-|\+/-|\u00b1)${gap}(${number}))?${gap}seconds${gap}(time${gap}elapsed|user|sys)(?![\w-])`);
export const noise = sticky(String.raw`\(${gap}(?:\+-|\+/-|\u00b1)${gap}(${number}|-?nan|inf)${gap}%${gap}\)`);
export const running = sticky(String.raw`(?:\([ \t]{0,4}(${number})${gap}%${gap}\)|\[[ \t]{0,4}(${number})%\])`);

/** The match of a sticky pattern at exactly this position; its `lastIndex` is the end. */
export const at = (regex: RegExp, text: string, position: number): RegExpExecArray | null => {
  regex.lastIndex = position;
  return regex.exec(text);
};

export const skipBlank = (text: string, position: number): number => {
  let p = position;
  while (p < text.length && (text.charCodeAt(p) === 32 || text.charCodeAt(p) === 9)) p++;
  return p;
};

/** Over blanks and at most one line end. */
export const skipBreak = (text: string, position: number): number => {
  const p = skipBlank(text, position);
  return text.charCodeAt(p) === 10 ? skipBlank(text, p + 1) : p;
};
