// What an option or a positional of a command may be.

/** Headings of a long list of options, in this order; an option without one is in the first. */
export const optionGroups = {
  what: 'What is measured',
  commands: 'Commands',
  length: 'How long',
  output: 'Output',
  expert: 'For special questions',
} as const;
export type OptionGroup = keyof typeof optionGroups;

interface Common {
  readonly group?: OptionGroup;
  readonly short?: string;
  readonly help: string;
}

/** May be given several times. */
interface Repeatable extends Common {
  readonly multiple?: boolean;
}

/**
 * One option. `words` takes as many words as it names, and may be given several times. `flag` takes
 * no value; with `multiple` it counts (`-ddd`). `value` is the placeholder of the help if the type
 * does not say enough.
 */
export type Option =
  | (Repeatable & {readonly type: 'flag'})
  | (Repeatable & {readonly type: 'text'; readonly value: string})
  | (Common & {
      readonly type: 'whole';
      readonly least: number;
      readonly most: number;
      readonly value?: string;
    })
  | (Common & {readonly type: 'positive'; readonly value?: string})
  | (Common & {readonly type: 'choice'; readonly of: readonly string[]; readonly value?: string})
  | (Common & {readonly type: 'percent'})
  | (Common & {readonly type: 'words'; readonly words: readonly string[]})
  | (Common & {readonly type: 'margin'})
  | (Common & {readonly type: 'file' | 'folder'; readonly value?: string});

/** Whether it may be given several times. */
export const isRepeatable = (option: Option): boolean =>
  option.type === 'margin' ||
  option.type === 'words' ||
  ('multiple' in option && option.multiple === true);

export type Options = Readonly<Record<string, Option>>;

/** How many words a command takes, and what they are: `{…, what: 'exactly one workload'}`. */
export interface Positionals {
  readonly least: number;
  readonly most: number;
  readonly what: string;
}
