// Names of the x86-64 system calls that code under test is most likely to try.
// prettier-ignore
const names: Readonly<Record<number, string>> = {
  0: 'read', 1: 'write', 2: 'open', 9: 'mmap', 10: 'mprotect', 12: 'brk', 13: 'rt_sigaction',
  14: 'rt_sigprocmask', 16: 'ioctl', 32: 'dup', 33: 'dup2', 39: 'getpid', 41: 'socket',
  42: 'connect', 56: 'clone', 57: 'fork', 58: 'vfork', 59: 'execve', 60: 'exit', 62: 'kill',
  72: 'fcntl', 87: 'unlink', 90: 'chmod', 101: 'ptrace', 105: 'setuid', 157: 'prctl', 186: 'gettid',
  200: 'tkill', 234: 'tgkill', 257: 'openat', 317: 'seccomp', 321: 'bpf', 435: 'clone3',
};

/** `57 (fork)`, or just the number. */
export const systemCallName = (number: number): string =>
  names[number] === undefined ? String(number) : `${number} (${names[number]})`;
