// The names of the text tables, apart from what writes them: a command's help needs only these.

export const tableFormats = [
  'mail',
  'perf',
  'diff',
  'lkp',
  'markdown',
  'benchfmt',
  'csv',
  'commit-message',
] as const;

export type TableFormatName = (typeof tableFormats)[number];
