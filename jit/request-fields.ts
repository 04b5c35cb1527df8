// Reading fields of a JSON request: each reader takes a value and the field's name, and refuses
// other types.
import {refuse} from './refusal.ts';

export const bad = (reason: string): never =>
  refuse('bad-request', reason, 'A request has id, variant, insns, functions and layout.');

export const fields = (value: unknown, name: string): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : bad(`${name} is a JSON object`);

export const text = (value: unknown, name: string): string =>
  typeof value === 'string' ? value : bad(`${name} is a string`);

export const truth = (value: unknown, name: string): boolean =>
  typeof value === 'boolean' ? value : bad(`${name} is true or false`);

export const whole = (value: unknown, name: string, least: number, most: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
    return value;
  return bad(`${name} is a whole number from ${least} to ${most}`);
};

/** An unsigned 64-bit address: a number, or a string in hex or decimal. */
export const address = (value: unknown, name: string): bigint => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^(?:0x[0-9a-f]{1,16}|[0-9]{1,19})$/i.test(value))
    return BigInt(value);
  return bad(`${name} is an address such as 0xffffffffc0000000`);
};
