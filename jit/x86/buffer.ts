// The assembler buffer: machine code written byte by byte into one array that grows.

/** `reserve` before writing: the writers do not check. */
export class CodeBuffer {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes);
    this.bytes = larger;
  }

  u8(a: number): void {
    this.bytes[this.length++] = a;
  }

  u16(a: number, b: number): void {
    const {bytes, length} = this;
    bytes[length] = a;
    bytes[length + 1] = b;
    this.length = length + 2;
  }

  u24(a: number, b: number, c: number): void {
    const {bytes, length} = this;
    bytes[length] = a;
    bytes[length + 1] = b;
    bytes[length + 2] = c;
    this.length = length + 3;
  }

  /** A 32-bit immediate or displacement, little endian. */
  i32(value: number): void {
    putI32(this.bytes, this.length, value);
    this.length += 4;
  }

  append(bytes: ArrayLike<number>): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }
}

export const putI32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
};
