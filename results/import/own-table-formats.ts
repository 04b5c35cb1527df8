// The formats of jitstat's own tables: what begins one, its rows, and what may be between them.

const value = String.raw`(-|-?\d[\d.]{0,20}(?:e[+-]?\d{1,3})?[EPTGM]?)`;
const change = String.raw`(-|[+-]\d[\d.]{0,12}(?:%|pt)?|x\d[\d.]{0,12}(?:e[+-]?\d{1,3})?)`;
const name = String.raw`([A-Za-z_]\S{0,200})(?:\s{1,80}\(([A-Za-z%/]{1,12})\))?`;
const gap = String.raw`\s{1,200}`;
const verdict = String.raw`\**(more|less|equal|unsettled|faster|slower)\**`;
/** Name, both figures and the change, blanks apart. */
const cells = [name, value, value, change, ''].join(gap);
const sticky = (...parts: string[]): RegExp => new RegExp(parts.join(''), 'y');

export interface Format {
  /** A word of every start. */
  readonly sign: string;
  readonly start: RegExp;
  readonly row: RegExp;
  /** Pieces between rows that belong to the table. */
  readonly between: RegExp;
  readonly columns: {
    readonly name: number;
    readonly unit: number;
    readonly before: number;
    readonly after: number | null;
  };
}

export const formats: readonly Format[] = [
  {
    sign: 'CI',
    start: new RegExp(
      ['event', 'before', 'after', 'change', '95%', 'CI', 'verdict'].join(gap),
      'g',
    ),
    // A change of small counts is a difference, an interval has two ends, `2)` points at a note.
    row: sticky(
      cells,
      String.raw`(?:-|exact|\S{1,20}\.\.\S{1,20})`,
      gap,
      String.raw`(?:more|less|equal|faster|slower|\d{1,2}\))`,
      String.raw`(?!\S)`,
    ),
    between: sticky(
      String.raw`counted\s{1,80}in\s{1,80}a\s{1,80}simulator,\s{1,80}not\s{1,80}measured:`,
    ),
    columns: {name: 1, unit: 2, before: 3, after: 4},
  },
  {
    sign: '+-95%',
    start: new RegExp(
      ['event', 'before', 'after', 'change', String.raw`\+-95%`, 'verdict'].join(gap),
      'g',
    ),
    // Simulated rows have no interval.
    row: sticky(cells, String.raw`(?:(?:-|\+-\S{1,12})\s{1,200})?`, verdict, String.raw`(?!\S)`),
    between: sticky(String.raw`simulated,\s{1,80}not\s{1,80}measured:`),
    columns: {name: 1, unit: 2, before: 3, after: 4},
  },
  {
    sign: '%stddev',
    start: /%stddev\s{1,80}%change\s{1,80}%stddev\s{1,80}\\\s{1,80}\|\s{1,80}\\/g,
    row: sticky(
      value,
      String.raw`(?:\s{1,80}\+-\s{0,4}\d{1,3}%)?`,
      gap,
      change,
      gap,
      value,
      String.raw`(?:\s{1,80}\+-\s{0,4}\d{1,3}%)?`,
      gap,
      name,
    ),
    between: sticky(String.raw`simulated,\s{1,80}not\s{1,80}measured:`),
    columns: {name: 4, unit: 5, before: 1, after: 3},
  },
  {
    sign: '95% interval',
    start: new RegExp(
      String.raw`event\s{0,80}\|\s{0,80}before\s{0,80}\|\s{0,80}after\s{0,80}\|` +
        String.raw`\s{0,80}change\s{0,80}\|\s{0,80}95% interval\s{0,80}\|\s{0,80}verdict` +
        String.raw`\s{0,80}\|`,
      'g',
    ),
    row: sticky(
      String.raw`\|?\s{0,80}`,
      name,
      String.raw`(?:\s{1,4}\(simulated\))?\s{0,80}\|\s{0,80}`,
      value,
      String.raw`\s{0,80}\|\s{0,80}`,
      value,
      String.raw`\s{0,80}\|\s{0,80}`,
      change,
      String.raw`\s{0,80}\|[^|\n]{0,60}\|\s{0,80}`,
      verdict,
      String.raw`\s{0,80}\|`,
    ),
    between: sticky(String.raw`\|?[:|-]{10,}\|?`),
    columns: {name: 1, unit: 2, before: 3, after: 4},
  },
  {
    sign: '+-sem',
    start: new RegExp(
      ['event', 'median', 'mean', String.raw`\+-sem`, String.raw`\+-sd`].join(gap),
      'g',
    ),
    // The mean is read: it is what perf prints.
    row: sticky(
      name,
      gap,
      value.replace('(', '(?:'),
      gap,
      value,
      gap,
      value,
      gap,
      value,
      String.raw`(?!\S)`,
    ),
    between: sticky(String.raw`simulated,\s{1,80}not\s{1,80}measured:`),
    columns: {name: 1, unit: 2, before: 3, after: null},
  },
];
