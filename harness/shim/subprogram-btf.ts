// The least BTF with which the kernel accepts subprograms that contain tail calls: every function
// returns an int. Form: Documentation/bpf/btf.rst of the kernel.

const kinds = {int: 1, func: 12, funcProto: 13} as const;
const signed32 = (1 << 24) | 32;

/** One `static int name()` for each name; its type id is 3 + its place in the list. */
export const functionsBtf = (names: readonly string[]): Uint8Array => {
  const strings = ['', 'int', ...names];
  const offsets = strings.map((_, index) =>
    strings.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0),
  );
  const types = [
    // id 1: int; id 2: int (); each type: name, kind << 24 | entries, size or type
    offsets[1],
    kinds.int << 24,
    4,
    signed32,
    0,
    kinds.funcProto << 24,
    1,
    ...names.flatMap((_, index) => [offsets[index + 2], kinds.func << 24, 2]),
  ];
  const text = Buffer.from(`${strings.join('\0')}\0`, 'latin1');
  const header = new DataView(new ArrayBuffer(24));
  header.setUint16(0, 0xeb9f, true);
  header.setUint8(2, 1);
  header.setUint32(4, 24, true);
  header.setUint32(12, types.length * 4, true);
  header.setUint32(16, types.length * 4, true);
  header.setUint32(20, text.length, true);
  return new Uint8Array(
    Buffer.concat([Buffer.from(header.buffer), Buffer.from(Uint32Array.from(types).buffer), text]),
  );
};

/**
 * `struct bpf_func_info` for functions at these instructions, with the type ids of `functionsBtf`.
 */
export const functionInfo = (starts: readonly number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(starts.flatMap((start, index) => [start, index + 3])).buffer);
