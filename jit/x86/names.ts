// Register names as AT&T syntax writes them, by number and width in bytes.

const old = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'] as const;

/** `rex`: with any REX prefix, byte registers 4 to 7 are the low bytes of rsp, rbp, rsi, rdi. */
export const registerName = (register: number, bytes: 1 | 2 | 4 | 8, rex: boolean): string => {
  if (register >= 8) return `%r${register}${{1: 'b', 2: 'w', 4: 'd', 8: ''}[bytes]}`;
  const name = old[register];
  if (bytes === 8) return `%r${name}`;
  if (bytes === 4) return `%e${name}`;
  if (bytes === 2) return `%${name}`;
  if (register < 4) return `%${name[0]}l`;
  return rex ? `%${name}l` : `%${['ah', 'ch', 'dh', 'bh'][register - 4]}`;
};

/** Conditions by the low four bits of a jump's opcode. */
export const conditionNames = [
  'o',
  'no',
  'b',
  'ae',
  'e',
  'ne',
  'be',
  'a',
  's',
  'ns',
  'p',
  'np',
  'l',
  'ge',
  'le',
  'g',
] as const;

/** The number of a condition: what it adds to the opcode of `jcc`. */
export const conditionOf = (name: (typeof conditionNames)[number]): number =>
  conditionNames.indexOf(name);
