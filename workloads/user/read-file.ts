// Reads a whole file that the user named. Devices and pipes are refused: they might never end, and
// no signal is handled while node waits for them.
import {readFileSync, statSync} from 'node:fs';
import {Refusal} from '../../jit/refusal.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links form a circle',
};

const usualMost = 1 << 28;

/** The bytes of a regular file of at most `most` bytes. Throws a Refusal with `hint`. */
export const readUserFile = (path: string, hint: string, most = usualMost): Buffer => {
  const cannot = (reason: string): Refusal =>
    new Refusal(`${path} cannot be read: ${reason}.`, hint);
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw cannot('it is a folder');
    if (!stat.isFile()) throw cannot('it is not a regular file');
    if (stat.size > most) throw cannot(`it is larger than ${most / 2 ** 20} MiB`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const {code = String(error)} = error as NodeJS.ErrnoException;
    throw cannot(reasons[code] ?? code);
  }
};
