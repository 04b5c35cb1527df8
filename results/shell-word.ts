// One word of a command line as a shell reads it back.

/** As it is if it holds only what no shell interprets, else in quotes. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
