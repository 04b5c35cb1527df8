// Errors the user can fix, as one message and one hint: the only place that separates them from our
// own failures. Errors from jit/ and results/ carry both; the system's errors get theirs from a
// table.

export interface Trouble {
  readonly message: string;
  readonly hint: string;
  /** What a tool said, shown between message and hint. */
  readonly lines?: readonly string[];
}

interface Reason {
  readonly words: string;
  /** An imperative without a full stop; null if only choosing another place helps. */
  readonly hint: string | null;
}

/** errno(3) names of errors that depend on the user's machine, not on this program. */
// prettier-ignore
const reasons: Readonly<Record<string, Reason>> = {
  EACCES:       {words: 'permission is denied', hint: 'Change its permissions'},
  EPERM:        {words: 'the operation is not permitted', hint: 'Change its permissions or owner'},
  EROFS:        {words: 'its file system is read-only', hint: 'Mount it writable'},
  ENOSPC:       {words: 'no space is left on the device', hint: 'Make room on the disk'},
  EDQUOT:       {words: 'the disk quota is used up', hint: 'Make room in the quota'},
  EFBIG:        {words: 'the file would become too large', hint: 'Raise the limit (ulimit -f)'},
  EMFILE:       {words: 'too few open files are allowed', hint: 'Raise the limit (ulimit -n 1024)'},
  ENFILE:       {words: 'the system has too many open files', hint: 'End programs that hold many files'},
  ENAMETOOLONG: {words: 'the name is too long', hint: 'Choose a shorter name'},
  ENOENT:       {words: 'there is no such file or folder', hint: 'Check the path'},
  ENOTDIR:      {words: 'a part of the path is not a folder', hint: 'Check the path'},
  EISDIR:       {words: 'it is a folder', hint: 'Name a file'},
  EEXIST:       {words: 'the file already exists', hint: 'Move it out of the way'},
  ELOOP:        {words: 'its symbolic links form a circle', hint: 'Check the links'},
  EBUSY:        {words: 'it is in use', hint: 'End what uses it'},
  ETXTBSY:      {words: 'the program is being written', hint: 'Wait until it is written'},
  E2BIG:        {words: 'the command line is too long', hint: 'Give fewer or shorter arguments'},
  EAGAIN:       {words: 'no more processes are allowed', hint: 'Raise the limit (ulimit -u)'},
  ENOMEM:       {words: 'no memory is left', hint: 'End other programs'},
  EIO:          {words: 'the device failed', hint: 'Check the disk'},
  ENODEV:       {words: 'there is no such device', hint: null},
  ENXIO:        {words: 'there is no such device', hint: null},
  EINVAL:       {words: 'the system does not allow it there', hint: null},
  ENOEXEC:      {words: 'it is not a program for this machine', hint: 'Check the file'},
  ESTALE:       {words: 'the network file system lost it', hint: 'Mount it again'},
  EADDRINUSE:   {words: 'the address is in use', hint: 'Choose another port'},
};

/** Why the system refused something; null for errors of other origin. */
export const systemReason = (error: unknown): Reason | null => {
  const {code, errno} = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code !== 'string' || typeof errno !== 'number' ? null : (reasons[code] ?? null);
};

/** Message and hint of what the user can fix; null for our own failure. */
export const troubleOf = (error: unknown): Trouble | null => {
  if (!(error instanceof Error)) return null;
  if ('hint' in error && typeof error.hint === 'string')
    return {message: error.message, hint: error.hint, ...linesOf(error)};
  const reason = systemReason(error);
  if (reason === null) return null;
  const {path, syscall} = error as NodeJS.ErrnoException;
  const what = path ?? syscall ?? 'The system';
  return {
    message: `${what} cannot be used: ${reason.words}.`,
    hint: `${reason.hint ?? 'Choose another place'}.`,
  };
};

const linesOf = (error: object): Pick<Trouble, 'lines'> =>
  'lines' in error && Array.isArray(error.lines) && error.lines.length > 0
    ? {lines: error.lines.map(String)}
    : {};

/** The message of an error that the user can fix, without its full stop; rethrows anything else. */
export const userMessage = (error: unknown): string => {
  const trouble = troubleOf(error);
  if (trouble === null) throw error;
  return trouble.message.replace(/\.$/, '');
};

/** The result of `work`, or the error if the user can fix it; rethrows anything else. */
export const attempt = <T>(work: () => T): T | Error => {
  try {
    return work();
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return error as Error;
  }
};
