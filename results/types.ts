// The nouns of results/: samples, sessions, comparisons, imported tables. The JSON forms are the
// contracts of the command line.
export * from './types/remarks.ts';
export * from './types/measured.ts';
export * from './types/side-info.ts';
export * from './types/comparison-row.ts';
export * from './types/slice-changes.ts';
export * from './types/comparison-document.ts';
export * from './types/load-record.ts';
export * from './types/session-record.ts';
export * from './types/import-document.ts';
