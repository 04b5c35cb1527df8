// Batch answers: one JSON request line in, one JSON answer line out, never an exception.
import {checkProgram, compileProgram} from './compile.ts';
import type {CompileOptions} from './compile.ts';
import {CompileRefusal, refuse} from './refusal.ts';
import {address, bad, fields, text, truth, whole} from './request-fields.ts';
import {readLayout} from './image/layout.ts';
import type {Arena, Compiled, Layout, VerifiedFunction, VerifiedProgram} from './types.ts';
import {findVariant} from './variants/list/index.ts';
import type {Foreign, ForeignRequest, Variant} from './variants/variant.ts';

/** Characters; four million instructions as hex. */
export const longestRequest = 1 << 26;

/**
 * `{"id","image","functionLengths","pokes"}` or `{"id","error","reason"}`: `error` is a short code,
 * `reason` says it in words.
 */
export const answerBatch = (line: string): string => answerLines([line], findVariant)[0];

/**
 * Answers in order; requests for one emitter are asked together. `find` throws if there is no
 * such variant.
 */
export const answerLines = (
  lines: readonly string[],
  find: (name: string) => Variant,
): string[] => {
  const requests = lines.map((line) => readRequest(line, find));
  const answers = requests.map((request) => (request.foreign === null ? request.answer() : ''));
  for (const foreign of new Set(requests.map((request) => request.foreign))) {
    if (foreign === null) continue;
    const asked = requests.flatMap((request, index) =>
      request.foreign === foreign ? [{request, index}] : [],
    );
    const settled = settle(() => foreign.answers(asked.map(({request}) => request.asked!)));
    asked.forEach(({request, index}, number) => {
      const got = settled instanceof Error ? settled : settled[number];
      answers[index] =
        got instanceof Error ? refusal(request.id, got) : JSON.stringify({id: request.id, ...got});
    });
  }
  return answers;
};

interface Request {
  readonly id: unknown;
  /** The variant whose compiler is asked; null for ours, or for an error that `answer` reports. */
  readonly foreign: Foreign | null;
  readonly asked?: ForeignRequest;
  readonly answer: () => string;
}

const readRequest = (line: string, find: (name: string) => Variant): Request => {
  let id: unknown = null;
  try {
    const request = fields(parse(line), 'request');
    id = request['id'] ?? null;
    const variant = find(text(request['variant'], 'variant'));
    const program = readProgram(request);
    const layout = readLayout(fields(request['layout'], 'layout'), variant.layout);
    const {foreign = null} = variant;
    if (foreign === null)
      return {id, foreign, answer: () => compiledAnswer(id, program, variant, layout, request)};
    if (request['driver'] !== undefined) bad(`${variant.name} has its own driver`);
    checkProgram(program, variant);
    return {id, foreign, asked: {program, layout}, answer: () => ''};
  } catch (error) {
    return {id, foreign: null, answer: () => refusal(id, error)};
  }
};

const compiledAnswer = (
  id: unknown,
  program: VerifiedProgram,
  variant: Variant,
  layout: Layout,
  request: Record<string, unknown>,
): string => {
  const compiled = settle(() =>
    compileProgram(program, variant, layout, readDriver(request['driver'])),
  );
  return compiled instanceof Error
    ? refusal(id, compiled)
    : JSON.stringify({id, ...answer(compiled, variant)});
};

const settle = <T>(make: () => T): T | Error => {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const refusal = (id: unknown, error: unknown): string => {
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof CompileRefusal))
    return JSON.stringify({id, error: isTrouble(error) ? 'emitter-failed' : 'internal', reason});
  const {code, details} = error;
  return JSON.stringify({id, error: code, reason, ...(details.length > 0 ? {details} : {})});
};

/** What a caller can fix has a hint, whichever folder threw it. */
const isTrouble = (error: unknown): boolean => error instanceof Error && 'hint' in error;

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
      ...optional('privateStack', row['privateStack'], address),
      ...optional('exceptions', row['exceptions'], exceptionsOf),
    };
  });
  const program = {insns: Buffer.from(hex, 'hex'), functions, descriptors: []};
  return {...program, ...optional('arena', request['arena'], arenaOf)};
};

const optional = <Name extends string, Value>(
  name: Name,
  value: unknown,
  read: (value: unknown, name: string) => Value,
): {readonly [Each in Name]?: Value} =>
  value === undefined ? {} : ({[name]: read(value, name)} as {[Each in Name]: Value});

const exceptionsOf = (value: unknown, name: string): 'boundary' | 'callback' =>
  value === 'boundary' || value === 'callback' ? value : bad(`${name} is boundary or callback`);

const arenaOf = (value: unknown, name: string): Arena => {
  const {kernelStart, userStart} = fields(value, name);
  return {
    kernelStart: address(kernelStart, 'arena.kernelStart'),
    userStart: address(userStart, 'arena.userStart'),
  };
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
