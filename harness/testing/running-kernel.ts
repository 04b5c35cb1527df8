// For tests that compare v618 with the running kernel: why this kernel will not do.
import {release} from 'node:os';

const [major, minor] = release().split('.').map(Number);

/** The newest instructions of v618 exist from 6.15 on; null if the kernel has them. */
export const olderThanV618: string | null =
  major > 6 || (major === 6 && minor >= 15) ? null : `kernel ${release()} is older than v618`;
