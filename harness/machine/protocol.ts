// What host and guest say to each other: one line a command, one JSON line back; jobs and results
// are in shared memory with an FNV-1a checksum. Guest side: `harness/shim/native/guest-init.c`.

/** Offsets in the shared memory. */
export const jobRoom = 2 << 20;
export const resultOffset = 2 << 20;
/** Why process 1 gave up without a command port; ends with a zero. */
export const wordOffset = (4 << 20) - 64;

export interface Hello {
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  /** bpf_jit_enable as read back; `0` means that the interpreter would run. */
  readonly jit: string;
  readonly clock: string;
  readonly spectre_v2: string;
  readonly retbleed: string;
  readonly cmdline: string;
  readonly shared: boolean;
}

export type Answer =
  | {readonly kind: 'hello'; readonly hello: Hello}
  | {readonly kind: 'result'; readonly bytes: number; readonly sum: number}
  | {readonly kind: 'failure'; readonly reason: string}
  | {readonly kind: 'pong'};

/** Null for a line that is not an answer: noise on the port. */
export const parseAnswer = (line: string): Answer | null => {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  if ('hello' in value) return {kind: 'hello', hello: value as unknown as Hello};
  if ('pong' in value) return {kind: 'pong'};
  if (typeof value['failure'] === 'string') return {kind: 'failure', reason: value['failure']};
  if (typeof value['result'] === 'number')
    return {kind: 'result', bytes: value['result'], sum: Number(value['sum'])};
  return null;
};

/** 32 bits of FNV-1a. */
export const fnv1a = (bytes: Uint8Array): number => {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
};
