// Batch answers: one JSON request line in, one JSON answer line out, never an exception.
import {compileProgram} from './compile.ts';
import {Refusal, refuse} from './error.ts';
import type {Compiled, Layout, VerifiedFunction, VerifiedProgram} from './types.ts';
import {findVariant} from './variants/index.ts';
import type {Variant} from './variants/variant.ts';

/** `{"id","image","functionLengths","pokes"}` or `{"id","error","reason"}`: `error` is a short code, `reason` says it in words. */
export const answerBatch = (line: string): string => {
  let id: unknown = null;
  try {
    const request = fields(parse(line), 'request');
    id = request['id'] ?? null;
    const variant = findVariant(text(request['variant'], 'variant'));
    const program = readProgram(request);
    const layout = readLayout(fields(request['layout'], 'layout'), variant);
    const driver = request['driver'];
    if (driver !== undefined && driver !== 'kernel' && driver !== 'converging') bad(`driver is 'kernel' or 'converging'`);
    const compiled = compileProgram(program, variant, layout, driver === undefined ? {} : {driver: driver as 'kernel' | 'converging'});
    return JSON.stringify({id, ...answer(compiled, variant)});
  } catch (error) {
    if (error instanceof Refusal) return JSON.stringify({id, error: error.code, reason: error.message});
    const reason = error instanceof Error ? error.message : String(error);
    return JSON.stringify({id, error: 'internal', reason});
  }
};

const answer = ({functions, pokes}: Compiled, {pokeNames}: Variant) => {
  const lengths = functions.map(({code}) => code.length);
  const begins = lengths.map((_length, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
  return {
    image: functions.map(({code}) => Buffer.from(code).toString('hex')).join(''),
    functionLengths: lengths,
    pokes: pokes.map(({function: index, target, bypass, bypassTarget, adj}) => {
      const at = (offset: number) => begins[index] + offset;
      if (pokeNames === 'ip') return bypass === null ? {ip: at(target), adj} : {ip: at(target), ip_aux: at(bypass), adj};
      return {target: at(target), bypass: at(bypass!), bypass_addr: at(bypassTarget!), adj};
    }),
  };
};

const readProgram = (request: Record<string, unknown>): VerifiedProgram => {
  const hex = text(request['insns'], 'insns');
  if (!/^(?:[0-9a-f]{16})+$/i.test(hex)) bad('insns is hex, 16 digits an instruction, at least one');
  const list = request['functions'];
  if (!Array.isArray(list) || list.length === 0) return bad('functions is a list of at least one');
  const functions = list.map((each): VerifiedFunction => {
    const row = fields(each, 'functions[]');
    return {
      start: whole(row['start'], 'start', 0),
      base: address(row['base'], 'base'),
      stackDepth: whole(row['stackDepth'], 'stackDepth', 0, 1 << 20),
      tailCallReachable: truth(row['tailCallReachable'], 'tailCallReachable', false),
      subprogram: truth(row['subprogram'], 'subprogram', false),
    };
  });
  return {insns: Buffer.from(hex, 'hex'), functions, descriptors: []};
};

const branches = ['retpoline', 'thunk', 'lfence', 'plain'] as const;

/** Fields that are missing come from the variant's own layout. */
const readLayout = (row: Record<string, unknown>, {layout}: Variant): Layout => {
  const has = (name: keyof Layout) => row[name] !== undefined;
  const indirectBranch = has('indirectBranch') ? branches.find((each) => each === row['indirectBranch']) : layout.indirectBranch;
  if (indirectBranch === undefined) return bad(`layout.indirectBranch is one of ${branches.join(', ')}`);
  return {
    callBase: has('callBase') ? address(row['callBase'], 'layout.callBase') : layout.callBase,
    indirectBranch,
    indirectThunk: optionalAddress(row['indirectThunk'], 'layout.indirectThunk'),
    returnThunk: optionalAddress(row['returnThunk'], 'layout.returnThunk'),
    sls: truth(row['sls'], 'layout.sls', layout.sls),
    ibt: truth(row['ibt'], 'layout.ibt', layout.ibt),
    bmi2: truth(row['bmi2'], 'layout.bmi2', layout.bmi2),
    shortJumpMax: has('shortJumpMax') ? whole(row['shortJumpMax'], 'layout.shortJumpMax', 0, 127) : layout.shortJumpMax,
    maxEntriesOffset: has('maxEntriesOffset') ? whole(row['maxEntriesOffset'], 'layout.maxEntriesOffset', 0, 127) : layout.maxEntriesOffset,
    ptrsOffset: has('ptrsOffset') ? whole(row['ptrsOffset'], 'layout.ptrsOffset', 0, 0x7fffffff) : layout.ptrsOffset,
    bpfFuncOffset: has('bpfFuncOffset') ? whole(row['bpfFuncOffset'], 'layout.bpfFuncOffset', 0, 127) : layout.bpfFuncOffset,
    percpuOffset: optionalAddress(row['percpuOffset'], 'layout.percpuOffset'),
  };
};

const bad = (reason: string): never => refuse('bad-request', reason);

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch (error) {
    return refuse('bad-json', `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const fields = (value: unknown, name: string): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : bad(`${name} is a JSON object`);

const text = (value: unknown, name: string): string => typeof value === 'string' ? value : bad(`${name} is a string`);

const truth = (value: unknown, name: string, otherwise: boolean): boolean => {
  if (value === undefined) return otherwise;
  return typeof value === 'boolean' ? value : bad(`${name} is true or false`);
};

const whole = (value: unknown, name: string, least: number, most = 0x7fffffff): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return bad(`${name} is a whole number from ${least} to ${most}`);
};

const address = (value: unknown, name: string): bigint => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^(?:0x[0-9a-f]{1,16}|[0-9]{1,19})$/i.test(value)) return BigInt(value);
  return bad(`${name} is an address: a string such as "0xffffffffc0000000"`);
};

const optionalAddress = (value: unknown, name: string): bigint | null =>
  value === undefined || value === null ? null : address(value, name);
