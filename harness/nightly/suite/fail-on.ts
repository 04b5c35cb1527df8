// The words of `--fail-on` and of `fail-on` in a suite.

/** What a measured change must be to fail the run: exit code 1. */
export const failOnWords = [
  'new-more',
  'new-less',
  'new',
  'more',
  'less',
  'either',
  'never',
] as const;
export type FailOn = (typeof failOnWords)[number];
