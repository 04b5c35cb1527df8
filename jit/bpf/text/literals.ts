// Numbers in assembly text: signed or unsigned, decimal or hexadecimal, checked against the field
// they go into.
import {StatementError} from './statement.ts';

const big = (text: string): bigint => {
  const digits = text.replace(/^[+-]/, '');
  const value = BigInt(digits);
  return text.startsWith('-') ? -value : value;
};

/** A 32-bit immediate; -1 and 0xffffffff are the same word. */
export const int32 = (text: string): number => {
  const value = big(text);
  if (value < -0x8000_0000n || value > 0xffff_ffffn)
    throw new StatementError(`${text} does not fit 32 bits (use a wide load)`);
  return Number(BigInt.asIntN(32, value));
};

/**
 * The immediate of a 64-bit operation, which sign-extends it: 0xffffffff would silently become -1
 * and is refused.
 */
export const signed32 = (text: string): number => {
  if (big(text) > 0x7fff_ffffn)
    throw new StatementError(
      `${text} does not fit a sign-extended 32-bit immediate (use a wide load)`,
    );
  return int32(text);
};

/** A 64-bit immediate, unsigned. */
export const int64 = (text: string): bigint => {
  const value = big(text);
  if (value < -0x8000_0000_0000_0000n || value > 0xffff_ffff_ffff_ffffn)
    throw new StatementError(`${text} does not fit 64 bits`);
  return BigInt.asUintN(64, value);
};

/** A 16-bit offset. */
export const offset16 = (text: string): number => {
  const value = big(text);
  if (value < -0x8000n || value > 0x7fffn)
    throw new StatementError(`the offset ${text} does not fit 16 bits`);
  return Number(value);
};
