// The names of the exports, for option tables, which must not load what writes them.

export const exportNames = [
  'csv',
  'benchfmt',
  'bmf',
  'github-benchmark',
  'junit',
  'openmetrics',
  'step-summary',
] as const;
export type ExportName = (typeof exportNames)[number];
