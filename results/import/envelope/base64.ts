// Bodies of mails in base64, as archives hand them out.

const header = /^content-transfer-encoding:[ \t]*base64[ \t]*\r?$/i;
const encoded = /^[A-Za-z0-9+/]+={0,2}\r?$/;
/** What no text holds: the body is a picture or an archive. */
// eslint-disable-next-line no-control-regex
const binary = /[\u0000-\u0008\u000e-\u001a\ufffd]/;

export const hasBase64 = (text: string): boolean => new RegExp(header.source, 'im').test(text);

/** `numbers`: for each line the number of its own, of a body that of its first line. */
export const decodeBase64 = (text: string): {text: string; numbers: number[]} => {
  const lines = text.split('\n');
  const decoded: string[] = [];
  const numbers: number[] = [];
  const add = (words: readonly string[], numberOf: (k: number) => number): void =>
    words.forEach((line, k) => {
      decoded.push(line);
      numbers.push(numberOf(k));
    });
  for (let i = 0; i < lines.length;) {
    const first = bodyFrom(lines, i);
    let end = first;
    while (end < lines.length && encoded.test(lines[end])) end++;
    add(lines.slice(i, first), (k) => i + k + 1);
    const body = lines.slice(first, end);
    const words = Buffer.from(body.join(''), 'base64').toString('utf8');
    if (binary.test(words)) add(body, (k) => first + k + 1);
    else if (end > first) add(words.split('\n'), () => first + 1);
    i = end;
  }
  return {text: decoded.join('\n'), numbers};
};

/** The first line of the next body, below the empty line after its headers; or the end. */
const bodyFrom = (lines: readonly string[], from: number): number => {
  let at = from;
  while (at < lines.length && !header.test(lines[at])) at++;
  while (at < lines.length && lines[at].trim() !== '') at++;
  return Math.min(at + 1, lines.length);
};
