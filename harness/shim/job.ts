// The job of the user shim: memory, pokes and runs as records of one binary block;
// `harness/shim/native/user.c` plays them in order.

/**
 * Bytes of a callable region of memory, between guard pages. `access` holds from the `start` record
 * on.
 */
export interface Segment {
  readonly op: 'segment';
  /** A page boundary. */
  readonly address: bigint;
  readonly bytes: number;
  readonly access: 'r' | 'rw' | 'rx';
}

/**
 * One test run: `repeat` executions of the code at `entry`, timed together; the last return value
 * counts.
 */
export interface RunRecord {
  readonly op: 'run';
  readonly label: string;
  readonly entry: bigint;
  readonly context: bigint;
  readonly repeat: number;
  /**
   * A number is compared with the low 32 bits, which kernels return, a bigint with all 64; null =
   * any value.
   */
  readonly retval: number | bigint | null;
  /** What memory must hold after the last execution. */
  readonly output?: {readonly address: bigint; readonly bytes: Uint8Array};
  /** What the report shows of the run's output. */
  readonly shows?: Shown;
  /** Use the flow dissector's loop: keys are prepared before and clamped after each execution. */
  readonly flow?: {
    readonly keys: bigint;
    readonly etherType: number;
    readonly packetBytes: number;
    readonly flags: number;
  };
}

/** The packet of an xdp program; the packet and the writable fields of an skb; the flow keys. */
export type Shown = 'xdp' | 'skb' | 'keys';

export type JobRecord =
  | Segment
  | RunRecord
  | {readonly op: 'store'; readonly address: bigint; readonly bytes: Uint8Array}
  /** All segments get their access rights, and the sandbox closes. */
  | {readonly op: 'start'}
  /** Five bytes of code, written only between runs. */
  | {
      readonly op: 'poke';
      readonly address: bigint;
      readonly before: Uint8Array;
      readonly after: Uint8Array;
    }
  | {
      readonly op: 'compare';
      readonly label: string;
      readonly address: bigint;
      readonly value: number;
    };

export interface JobOptions {
  /** Off only under valgrind, which needs system calls of its own inside the process. */
  readonly sandbox: boolean;
  /** The whole process may take this long. */
  readonly watchdogMs: number;
  readonly stack: {readonly address: bigint; readonly bytes: number};
  /** Kernel shim: print the machine code as well. */
  readonly dump?: boolean;
  /** Kernel shim: continue after programs that are refused. */
  readonly goOn?: boolean;
}

const ops = {segment: 1, store: 2, start: 3, poke: 4, run: 5, compare: 6} as const;
const access = {r: 1, rw: 3, rx: 5} as const;

/**
 * When a process counts as hung, in milliseconds: 10 s, plus 2 µs for each execution, which takes
 * about 5 to 300 ns; a hundred times that under valgrind, which has no sandbox.
 */
export const watchdogFor = (executions: number, sandbox: boolean): number =>
  (sandbox ? 1 : 100) * (10_000 + Math.ceil(executions / 500));

/** The job as bytes. Numbers are 64-bit little endian, texts zero-terminated and padded to 8. */
export const encodeJob = (records: readonly JobRecord[], options: JobOptions): Uint8Array =>
  encodeRecords(
    records.map((record) => encodeRecord(ops[record.op], recordFields(record))),
    options,
  );

/** The fields of a record: numbers, texts and bytes. */
export type Field = bigint | number | string | Uint8Array;

/** The contents of a record, in the order of its C structure. */
export const recordFields = (record: JobRecord): readonly Field[] => {
  switch (record.op) {
    case 'segment':
      return [record.address, record.bytes, access[record.access]];
    case 'store':
      return [record.address, record.bytes.length, record.bytes];
    case 'start':
      return [];
    case 'poke':
      return [record.address, record.before, record.after];
    case 'compare':
      return [record.address, record.value >>> 0, label(record.label)];
    case 'run': {
      const {flow, output} = record;
      const name = encodeField(label(record.label));
      return [
        flow === undefined ? 0 : 1,
        record.entry,
        record.context,
        record.entry,
        record.repeat,
        ...expectedRetval(record.retval),
        flow?.keys ?? 0,
        swap16(flow?.etherType ?? 0),
        flow?.packetBytes ?? 0,
        flow?.flags ?? 0,
        record.shows === undefined ? 0 : shown[record.shows],
        output?.address ?? 0,
        output?.bytes.length ?? 0,
        name.length,
        name,
        output?.bytes ?? new Uint8Array(0),
      ];
    }
  }
};

const shown = {xdp: 1, skb: 2, keys: 3} as const;

const retvalKinds = {any: 0, low32: 1, all64: 2} as const;

const expectedRetval = (retval: number | bigint | null): readonly Field[] => {
  if (retval === null) return [retvalKinds.any, 0];
  return typeof retval === 'bigint'
    ? [retvalKinds.all64, retval]
    : [retvalKinds.low32, retval >>> 0];
};

/** The shim prints labels as they are, so they go in with JSON's escapes. */
export const label = (text: string): string => JSON.stringify(text).slice(1, -1);

const swap16 = (value: number): number => ((value & 0xff) << 8) | (value >> 8);

const headerBytes = 48;
const flags = {sandbox: 1, dump: 2, goOn: 4} as const;
const magic = new TextEncoder().encode('jitstat1');

/** Header and records. Also used for the kernel shim's records. */
export const encodeRecords = (records: readonly Uint8Array[], options: JobOptions): Uint8Array => {
  const total = records.reduce((sum, record) => sum + record.length, headerBytes);
  const header = new DataView(new ArrayBuffer(headerBytes));
  header.setBigUint64(8, BigInt(total), true);
  header.setBigUint64(
    16,
    BigInt(
      (options.sandbox ? flags.sandbox : 0) |
        (options.dump === true ? flags.dump : 0) |
        (options.goOn === true ? flags.goOn : 0),
    ),
    true,
  );
  header.setBigUint64(24, BigInt(options.watchdogMs), true);
  header.setBigUint64(32, options.stack.address, true);
  header.setBigUint64(40, BigInt(options.stack.bytes), true);
  const head = new Uint8Array(header.buffer);
  head.set(magic);
  return concat([head, ...records]);
};

/** `u32 op`, `u32 bytes of the whole record`, then the fields. */
export const encodeRecord = (op: number, contents: readonly Field[]): Uint8Array => {
  const parts = contents.map(encodeField);
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, op, true);
  head.setUint32(
    4,
    parts.reduce((sum, part) => sum + part.length, 8),
    true,
  );
  return concat([new Uint8Array(head.buffer), ...parts]);
};

const encodeField = (field: Field): Uint8Array => {
  if (typeof field === 'string') return padded(new TextEncoder().encode(`${field}\0`));
  if (field instanceof Uint8Array) return padded(field);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(field)), true);
  return new Uint8Array(view.buffer);
};

const padded = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length % 8 === 0) return bytes;
  const result = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  result.set(bytes);
  return result;
};

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
};
