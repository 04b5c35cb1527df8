// An emitter in TypeScript: it compiles moves, additions and exit of one function, and refuses the
// rest. node --experimental-strip-types emitter.ts (Node 22), or compiled to JavaScript.
import {createInterface} from 'node:readline';

/** The parts of a request that this emitter reads. */
interface Request {
  readonly id: number;
  /** Hex, 16 digits per instruction. */
  readonly insns: string;
  readonly functions: readonly object[];
}

/**
 * The x86 registers of R0 to R10; R6 to R9 would have to be saved, which this example does not do.
 */
const registers = [0, 7, 6, 2, 1, 8, null, null, null, null, 5];

/** REX.W, an opcode, a register operand; `field`: the other register, or the opcode's digit. */
const operation = (opcode: number, field: number, rm: number): number[] => [
  0x48 | ((field >> 3) << 2) | (rm >> 3),
  opcode,
  0xc0 | ((field & 7) << 3) | (rm & 7),
];

/** The code of one BPF instruction, or null if it is not known. */
const compile = (insn: Uint8Array): readonly number[] | null => {
  const destination = registers[insn[1] & 15] ?? null;
  const source = registers[insn[1] >> 4] ?? null;
  if (destination === null || source === null) return null;
  const imm = insn.subarray(4);
  switch (insn[0]) {
    case 0xbf:
      return operation(0x89, source, destination);
    case 0x0f:
      return operation(0x01, source, destination);
    case 0xb7:
      return [...operation(0xc7, 0, destination), ...imm];
    case 0x07:
      return [...operation(0x81, 0, destination), ...imm];
    case 0x95:
      return [0xc9, 0xc3]; // leave, ret
    default:
      return null;
  }
};

const answer = ({id, insns, functions}: Request): object => {
  if (functions.length > 1) return {id, error: 'program', reason: 'one function, please'};
  const bytes = Buffer.from(insns, 'hex');
  const code = [0x0f, 0x1f, 0x44, 0, 0, 0x55, 0x48, 0x89, 0xe5]; // nop5, push rbp, mov rbp, rsp
  const ends = [code.length];
  for (let i = 0; i < bytes.length; i += 8) {
    const compiled = compile(bytes.subarray(i, i + 8));
    if (compiled === null) return {id, error: 'opcode', reason: `opcode ${bytes[i].toString(16)}`};
    ends.push(code.push(...compiled));
  }
  const image = Buffer.from(code).toString('hex');
  return {id, image, functionLengths: [code.length], pokes: [], ends: [ends]};
};

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say({emitter: 1, name: 'example in TypeScript', arch: 'x86_64', entry: 'kernel', rules: 'v61'});
for await (const line of createInterface({input: process.stdin}))
  say(answer(JSON.parse(line) as Request));
