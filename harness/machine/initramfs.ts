// An initramfs as the kernel unpacks it: a "newc" cpio archive, uncompressed
// (Documentation/driver-api/early-userspace/buffer-format.rst).

export interface ArchiveFile {
  /** Path from the root, without a leading slash. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Type and permissions; an executable file by default. */
  readonly mode?: number;
}

const executable = 0o100755;

/** The archive of `files`, in order, with its end mark. */
export const initramfs = (files: readonly ArchiveFile[]): Uint8Array =>
  Buffer.concat([
    ...files.map(({name, data, mode}, i) => entry(i + 1, name, data, mode ?? executable)),
    entry(0, 'TRAILER!!!', new Uint8Array(0), 0),
  ]);

const entry = (inode: number, name: string, data: Uint8Array, mode: number): Buffer => {
  const nameBytes = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, nameBytes.length, 0];
  const head = Buffer.from(`070701${fields.map(hex8).join('')}`);
  return Buffer.concat([padded(Buffer.concat([head, nameBytes])), padded(data)]);
};

const hex8 = (value: number): string => value.toString(16).padStart(8, '0').toUpperCase();

/** Filled up with zeros to a multiple of 4 bytes. */
const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
