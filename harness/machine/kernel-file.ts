// A kernel build on disk: finds the image that a name means and reads what it is, before anything
// boots. Formats: Documentation/arch/x86/boot.rst (bzImage), Documentation/arch/arm64/booting.rst.
import {createHash} from 'node:crypto';
import {existsSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';

export type MachineArch = 'x86_64' | 'arm64';

export interface KernelFile {
  readonly path: string;
  readonly arch: MachineArch;
  /** As the image says it; null if its format does not. */
  readonly version: string | null;
  readonly sha256: string;
}

/** Where a build folder has its bootable image. */
const imagesInFolder = [
  'arch/x86/boot/bzImage',
  'arch/x86_64/boot/bzImage',
  'arch/arm64/boot/Image',
];

/**
 * The kernel image that `name` means: a file, or a build folder. A folder without an image is a
 * source tree that was built elsewhere, in `buildOutput` (KBUILD_OUTPUT). Throws UserError if there
 * is none, or if it cannot be booted.
 */
export const readKernelFile = (name: string, cwd: string, buildOutput?: string): KernelFile => {
  const path = imagePath(
    resolve(cwd, name),
    buildOutput === undefined || buildOutput === '' ? null : resolve(cwd, buildOutput),
  );
  const bytes = readUserFile(path, 'Give a bzImage, an Image, or a build folder that holds one.');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.subarray(0x202, 0x206).toString('latin1') === 'HdrS')
    return {path, arch: 'x86_64', version: versionOf(bytes), sha256};
  if (bytes.subarray(0x38, 0x3c).toString('latin1') === 'ARM\x64')
    return {path, arch: 'arm64', version: null, sha256};
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF')
    throw new UserError(
      `${name} is an ELF vmlinux, which no machine can boot.`,
      'Give the compressed image: arch/x86/boot/bzImage, or the build folder.',
    );
  throw new UserError(
    `${name} is not a kernel image.`,
    'Give a bzImage (x86), an Image (arm64), or a build folder that holds one.',
  );
};

const imagePath = (path: string, buildOutput: string | null): string => {
  const found = statSync(path, {throwIfNoEntry: false});
  if (found === undefined)
    throw new UserError(`There is no kernel at ${path}.`, 'Give a bzImage or a build folder.');
  if (!found.isDirectory()) return path;
  const folders = [path, ...(buildOutput === null ? [] : [buildOutput])];
  const image = folders
    .flatMap((folder) => imagesInFolder.map((inner) => join(folder, inner)))
    .find((file) => existsSync(file));
  if (image !== undefined) return image;
  throw new UserError(
    `${path} holds no kernel image${buildOutput === null ? '' : `, nor does KBUILD_OUTPUT, ${buildOutput}`}.`,
    `Build one (make bzImage), or give the image itself. Looked for ${imagesInFolder.join(', ')}.`,
  );
};

/** The version text of a bzImage is 0x200 bytes after what the header says. */
const versionOf = (bytes: Buffer): string | null => {
  const at = bytes.readUInt16LE(0x20e);
  if (at === 0) return null;
  const text = bytes.subarray(at + 0x200, at + 0x200 + 200).toString('latin1');
  return text.split('\0', 1)[0].split(' ', 1)[0];
};
