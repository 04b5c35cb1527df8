// Programs, as text, that call helpers and mix what they return into one value.

export const begin = 'r6 = r1; r7 = 0';
/** `call` with these arguments; its result is mixed into r7. */
export const call = (name: string, ...args: readonly (number | string)[]): string =>
  `${args.map((value, index) => `r${index + 1} = ${value};`).join(' ')} call ${name}
   r7 *= 31; r7 += r0`;
/** Stores this value in eight bytes at each offset from r10. */
export const fill = (from: number, value: number): string =>
  [`r1 = ${value}`, ...range(from, -8).map((at) => `*(u64 *)(r10 - ${-at}) = r1`)].join('; ');
const range = (from: number, to: number): number[] =>
  Array.from({length: (to - from) / 8 + 1}, (_, index) => from + 8 * index);
export const set = (bytes: 1 | 2 | 4, at: number, value: number): string =>
  `r1 = ${value}; *(u${8 * bytes} *)(r10 - ${-at}) = r1`;
const end = 'r0 = r7; r0 >>= 32; r0 ^= r7; exit';
export const program = (...lines: readonly string[]): string => [begin, ...lines, end].join('\n');
