// Numbers as the bytes that machine code reads.

/** 64-bit little-endian numbers one after the other. */
export const words = (values: readonly (number | bigint)[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(values, (value) => BigInt.asUintN(64, BigInt(value))).buffer);

/** Hex text as bytes. */
export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
