// Takes off what terminals, mail programs and web pages put around a pasted output, keeping the line numbers of the source.

/** One line of the source after cleaning; `number` counts from 1 in the text as given. */
export interface CleanLine {
  readonly text: string;
  readonly number: number;
}

const quoteMarks = /^(?:[ \t]{0,40}(?:[A-Za-z]{1,3})?[>|\u2502]){1,40}/;
const longLine = 300;

/** The text as clean lines: no escape sequences, quote marks, soft line breaks, entities or no-break blanks. Linear in its length. */
export const cleanLines = (text: string): CleanLine[] => {
  let rest = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (rest.includes('\r')) rest = rest.replace(/\r\n?/g, '\n');
  // eslint-disable-next-line no-control-regex
  if (rest.includes('\u001b')) rest = rest.replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, '');
  if (rest.includes('\u0000')) rest = rest.replaceAll('\u0000', '');
  if (rest.includes('&') && /&(?:lt|gt|nbsp|amp|quot);|&#\d+;/.test(rest)) rest = decodeEntities(rest);
  if (/[\u00a0\u202f\u2009]/.test(rest)) rest = rest.replace(/(\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))/g, "$1'").replace(/[\u00a0\u202f\u2009]/g, ' ');
  if (isQuotedPrintable(rest)) return uncomment(joinSoftBreaks(rest).map(({text: line, number}) => ({text: cleanLine(line), number})));
  return uncomment(splitLines(rest));
};

/** Empty lines kept in a row: more tell no reader anything, and a file may hold millions of them. */
const keptEmpty = 2;

const splitLines = (text: string): CleanLine[] => {
  const lines: CleanLine[] = [];
  let empty = 0;
  let number = 1;
  for (let from = 0; from <= text.length; number++) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const line = end === from ? '' : cleanLine(text.slice(from, end));
    empty = line === '' ? empty + 1 : 0;
    if (empty <= keptEmpty) lines.push({text: line, number});
    from = end + 1;
  }
  return lines;
};

const cleanLine = (line: string): string => {
  // The terminal's echo of the key that ended perf.
  let rest = line.startsWith('^C') ? line.slice(2) : line;
  if (rest.includes('>') || rest.includes('|') || rest.includes('\u2502')) rest = rest.replace(quoteMarks, '');
  return rest.includes(' >') || rest.includes(' |') ? withoutInnerMarks(rest) : rest;
};

/** Where line breaks were lost the quote marks stand between the rows. A single `>` may also be a shell's. */
const withoutInnerMarks = (line: string): string => {
  const blank = (marks: string): string => ' '.repeat(marks.length);
  const isCommand = /perf stat |Performance counter|counter stats|stats for/.test(line);
  const rest = line.replace(line.length > longLine || !isCommand ? /(?<=\s)>+(?=\s|$)/g : /(?<=\s)(?:>>+|>(?:\s>)+)(?=\s|$)/g, blank);
  return rest.length > longLine && rest.includes('counter stats for') ? rest.replace(/(?<=\s)[|\u2502](?=\s|$)/g, blank) : rest;
};

const entities: Readonly<Record<string, string>> = {'&lt;': '<', '&gt;': '>', '&nbsp;': ' ', '&amp;': '&', '&quot;': '"', '&#39;': "'", '&#x27;': "'"};
const decodeEntities = (text: string): string => text.replace(/&(?:lt|gt|nbsp|amp|quot|#39|#x27);/g, (entity) => entities[entity] ?? entity);

/** Undecoded quoted-printable: lines of 70 to 77 characters that end in `=`, or encoded blanks at line ends. */
const isQuotedPrintable = (text: string): boolean => text.includes('=') && ((text.includes('=\n') && /^[^\n]{69,76}[^=\n]=\n/m.test(text)) || /=20$/m.test(text) || /=C2=A0|=E2=80=AF/.test(text));

const joinSoftBreaks = (text: string): CleanLine[] => {
  const joined: {text: string; number: number}[] = [];
  let parts: string[] = [];
  let start = 1;
  const flush = (): void => {
    joined.push({text: decodeBytes(parts.join('')), number: start});
    parts = [];
  };
  text.split('\n').forEach((line, i) => {
    if (parts.length === 0) start = i + 1;
    if (line.endsWith('=') && !line.endsWith('==')) {
      parts.push(line.slice(0, -1));
      return;
    }
    parts.push(line);
    flush();
  });
  if (parts.length > 0) flush();
  return joined;
};

const decodeBytes = (line: string): string => !/=[0-9A-F]{2}/.test(line) ? line
  : line.replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));

const commentedHeader = /^[ \t]*(\/\/|#|\*|;|--|%)[ \t]+Performance counter stats for/;

/** Outputs kept in comments: the mark before a header is taken off the lines below it too. */
const uncomment = (lines: CleanLine[]): CleanLine[] => {
  if (!lines.some(({text}) => commentedHeader.test(text))) return lines;
  let mark: string | null = null;
  return lines.map((line) => {
    const header = commentedHeader.exec(line.text);
    if (header !== null) mark = header[1];
    if (mark === null) return line;
    const stripped = line.text.trimStart();
    if (!stripped.startsWith(mark)) {
      mark = null;
      return line;
    }
    return {text: stripped.slice(mark.length), number: line.number};
  });
};
