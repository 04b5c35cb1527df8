// Asks an emitter: for the hello line once, then batches of requests, whose answers are remembered;
// a process that dies on a request is replaced.
import {Refusal} from '../../jit/refusal.ts';
import {readHello} from '../../jit/emitter/hello.ts';
import type {Hello} from '../../jit/emitter/hello.ts';
import type {Ask} from '../../jit/emitter.ts';
import type {EmitterProgram} from './run-emitter.ts';
import {runEmitter} from './run-emitter.ts';

const hint = 'jitstat emitter check COMMAND tries an emitter; the protocol is in docs/emitter.md.';

/** Runs it without a request. Throws a Refusal if it fails or does not say hello as it must. */
export const askHello = (program: EmitterProgram): Hello => {
  const {lines, problem} = runEmitter({...program, limits: {...program.limits, seconds: 10}}, []);
  if (problem !== null) throw new Refusal(`${program.name} ${problem}.`, hint);
  const hello = readHello(lines[0]);
  if (lines.length > 1)
    throw new Refusal(
      `${program.name} wrote more than its hello line before it was asked anything.`,
      hint,
    );
  return hello;
};

/** A request that kills its emitter gets that as its answer; the others go to a new process. */
const mostDeaths = 8;
/** How many characters of requests and answers are remembered. */
const mostRemembered = 1 << 26;

export const askEmitter = (program: EmitterProgram): Ask => {
  const known = new Map<string, string>();
  let remembered = 0;
  return (requests) => {
    const fresh = [...new Set(requests.filter((line) => !known.has(line)))];
    const answers = new Map<string, string | Error>(known);
    for (const [request, answer] of askFresh(program, fresh)) {
      answers.set(request, answer);
      const size = request.length + (typeof answer === 'string' ? answer.length : 0);
      if (typeof answer !== 'string' || remembered + size > mostRemembered) continue;
      known.set(request, answer);
      remembered += size;
    }
    return requests.map((line) => answers.get(line)!);
  };
};

const askFresh = (
  program: EmitterProgram,
  requests: readonly string[],
): Map<string, string | Error> => {
  const answers = new Map<string, string | Error>();
  let left = requests;
  for (let deaths = 0; left.length > 0; deaths++) {
    const {lines, problem} = runEmitter(program, left);
    const answered = lines.slice(1, 1 + left.length);
    answered.forEach((line, index) => answers.set(left[index], line));
    if (problem === null && lines.length > 1 + left.length)
      throw new Refusal(
        `${program.name} wrote more lines than the ${left.length} requests it was asked.`,
        hint,
      );
    left = left.slice(answered.length);
    if (left.length === 0) break;
    const what = problem ?? 'ended before it had answered every request';
    const error = new Refusal(`${program.name} ${what}.`, hint);
    // A time-out ends all requests; a crash is the fault of one.
    const gone = problem === null || /within|cannot/.test(what) || deaths === mostDeaths;
    for (const request of gone ? left : left.slice(0, 1)) answers.set(request, error);
    left = gone ? [] : left.slice(1);
  }
  return answers;
};
