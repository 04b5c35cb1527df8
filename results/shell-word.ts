// One word of a command line as a shell reads it back.

/** Unchanged if no shell interprets any of its characters, else in quotes. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
