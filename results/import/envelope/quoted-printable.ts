// Undecoded quoted-printable: `=20`, `=C2=A0`, soft line breaks.
/**
 * Undecoded quoted-printable: encoded blanks, or lines of 70 characters and more that end in `=`:
 * two of them, or one and encoded bytes.
 */
export const isQuotedPrintable = (text: string): boolean => {
  if (text.endsWith('=20') || ['=20\n', '=C2=A0', '=E2=80=AF'].some((code) => text.includes(code)))
    return true;
  const softBreak = /^[^\n]{69,84}[^=\n]=\n/gm;
  return (
    text.includes('=\n') &&
    softBreak.test(text) &&
    (softBreak.test(text) || /=[0-9A-F]{2}/.test(text))
  );
};

/** `numbers` = for each line of the decoded text, that of the line it began in. */
export const decodeQuotedPrintable = (text: string): {text: string; numbers: number[]} => {
  const parts: string[] = [];
  const numbers: number[] = [];
  let number = 1;
  let kept = 0;
  /** The pieces of a line broken softly, and the quote mark before each. */
  let pieces: string[] = [];
  let quote = '';
  for (let from = 0; from <= text.length; number++) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    if (pieces.length === 0) numbers.push(number);
    const line = text.slice(from, end);
    if (pieces.length > 0 || line.includes('=')) {
      const isSoft = /(?:^|[^=])=[ \t]*$/.test(line) && end < text.length;
      // In a quoted mail the mark comes before the rest, too.
      const start = pieces.length > 0 && quote !== '' && line.startsWith(quote) ? quote.length : 0;
      if (pieces.length === 0) {
        parts.push(text.slice(kept, from));
        quote = /^(?:[ \t]{0,4}>)+ ?/.exec(line)?.[0] ?? '';
      }
      pieces.push(line.slice(start, isSoft ? line.lastIndexOf('=') : undefined));
      kept = end;
      if (!isSoft) {
        const decoded = decodeBytes(pieces.join(''));
        for (let p = decoded.indexOf('\n'); p >= 0; p = decoded.indexOf('\n', p + 1))
          numbers.push(numbers[numbers.length - 1]);
        parts.push(decoded);
        pieces = [];
      }
    }
    from = end + 1;
  }
  parts.push(text.slice(kept));
  return {text: parts.join(''), numbers};
};

const decodeBytes = (line: string): string =>
  !/=[0-9A-F]{2}/.test(line)
    ? line
    : line.replace(/(?:=[0-9A-F]{2})+/g, (bytes) =>
        Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'),
      );
