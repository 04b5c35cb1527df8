// Batch answers: one JSON request line in, one JSON answer line out, never an exception.
import {compileProgram} from './compile.ts';
import type {CompileOptions} from './compile.ts';
import {CompileRefusal, refuse} from './refusal.ts';
import {address, bad, fields, text, truth, whole} from './fields.ts';
import {readLayout} from './image/layout.ts';
import type {Compiled, VerifiedFunction, VerifiedProgram} from './types.ts';
import {findVariant} from './variants/list/index.ts';
import type {Variant} from './variants/variant.ts';

/** Characters; four million instructions as hex. */
export const longestRequest = 1 << 26;

/**
 * `{"id","image","functionLengths","pokes"}` or `{"id","error","reason"}`: `error` is a short code,
 * `reason` says it in words.
 */
export const answerBatch = (line: string): string => {
  let id: unknown = null;
  try {
    const request = fields(parse(line), 'request');
    id = request['id'] ?? null;
    const variant = findVariant(text(request['variant'], 'variant'));
    const program = readProgram(request);
    const layout = readLayout(fields(request['layout'], 'layout'), variant.layout);
    const compiled = compileProgram(program, variant, layout, readDriver(request['driver']));
    return JSON.stringify({id, ...answer(compiled, variant)});
  } catch (error) {
    if (error instanceof CompileRefusal)
      return JSON.stringify({
        id,
        error: error.code,
        reason: error.message,
        ...(error.details.length > 0 ? {details: error.details} : {}),
      });
    const reason = error instanceof Error ? error.message : String(error);
    return JSON.stringify({id, error: 'internal', reason});
  }
};

const answer = ({functions, pokes}: Compiled, {pokeNames}: Variant) => {
  const lengths = functions.map(({code}) => code.length);
  let total = 0;
  const begins = lengths.map((length) => (total += length) - length);
  return {
    image: functions.map(({code}) => Buffer.from(code).toString('hex')).join(''),
    functionLengths: lengths,
    pokes: pokes.map(({function: index, target, bypass, bypassTarget, adj}) => {
      const at = (offset: number) => begins[index] + offset;
      if (pokeNames === 'ip')
        return bypass === null ? {ip: at(target), adj} : {ip: at(target), ip_aux: at(bypass), adj};
      return {target: at(target), bypass: at(bypass!), bypass_addr: at(bypassTarget!), adj};
    }),
  };
};

export const readProgram = (request: Record<string, unknown>): VerifiedProgram => {
  const hex = text(request['insns'], 'insns');
  if (hex.length === 0 || hex.length % 16 !== 0 || /[^0-9a-f]/i.test(hex))
    bad('insns is hex, 16 digits an instruction, at least one');
  const list = request['functions'];
  if (!Array.isArray(list) || list.length === 0) return bad('functions is a list of at least one');
  const functions = list.map((each): VerifiedFunction => {
    const row = fields(each, 'functions[]');
    return {
      start: whole(row['start'], 'start', 0, 0x7fffffff),
      base: address(row['base'], 'base'),
      stackDepth: whole(row['stackDepth'], 'stackDepth', 0, 1 << 20),
      tailCallReachable: truth(row['tailCallReachable'] ?? false, 'tailCallReachable'),
      subprogram: truth(row['subprogram'] ?? false, 'subprogram'),
    };
  });
  return {insns: Buffer.from(hex, 'hex'), functions, descriptors: []};
};

const readDriver = (driver: unknown): CompileOptions => {
  if (driver === undefined) return {};
  return driver === 'kernel' || driver === 'converging'
    ? {driver}
    : bad(`driver is 'kernel' or 'converging'`);
};

const parse = (line: string): unknown => {
  if (line.length > longestRequest)
    refuse('bad-request', `a request is a line of at most ${longestRequest} characters`);
  try {
    return JSON.parse(line);
  } catch (error) {
    return refuse(
      'bad-json',
      `not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
