// Another program as the compiler: a variant whose code comes from an emitter's answers.
//
// The program itself is run by whoever injects `ask`: jit/ starts no processes. The protocol is
// described in docs/emitter.md.
import {compiledOf, readAnswer} from './emitter/answer.ts';
import type {EmitterAnswer} from './emitter/answer.ts';
import type {Hello} from './emitter/hello.ts';
import {requestLine} from './emitter/request.ts';
import {CompileRefusal} from './refusal.ts';
import type {ForeignRequest, Variant} from './variants/variant.ts';

/**
 * Request lines in, as many answers out, in order: a line, or the error that took its place.
 */
export type Ask = (requests: readonly string[]) => readonly (string | Error)[];

export interface EmitterSide {
  /** What the side is called: the text of the command line. */
  readonly name: string;
  readonly hello: Hello;
  /** The variant whose verifier rules apply; its layout is the default. */
  readonly like: Variant;
  readonly ask: Ask;
}

/** A variant whose code comes from another program. */
export const emitterVariant = (side: EmitterSide): Variant => {
  const {name, hello, like} = side;
  const settle = (requests: readonly ForeignRequest[]): (EmitterAnswer | Error)[] => {
    const lines = requests.map(({program, layout}, id) =>
      attempt(() => requestLine(id, program, layout, hello)),
    );
    const asked = side.ask(lines.filter((line) => typeof line === 'string'));
    let next = 0;
    return requests.map(({program}, id) => {
      if (lines[id] instanceof Error) return lines[id];
      const line = asked[next++];
      return line instanceof Error
        ? line
        : attempt(() => readAnswer(line, id, program, hello.pokes));
    });
  };
  return {
    ...like,
    name,
    from: `${hello.name}; verifier rules of ${like.name}`,
    rules: hello.isa === null ? like.rules : {...like.rules, isa: hello.isa},
    layout: {...like.layout, ...hello.layout},
    pokeNames: hello.pokes.includes('ip') ? 'ip' : 'target',
    driver: 'kernel',
    foreign: {
      like: like.name,
      unknownPokes: unknownPokes(hello.pokes),
      compile: (programs, layout) =>
        settle(programs.map((program) => ({program, layout}))).map((answer, index) =>
          compiledOf(orThrow(answer), programs[index]),
        ),
      answers: (requests) =>
        settle(requests).map((answer) => (answer instanceof Error ? answer : batchAnswer(answer))),
    },
  };
};

const batchAnswer = ({image, functionLengths, pokes, ends, said}: EmitterAnswer): object => ({
  image: Buffer.from(image).toString('hex'),
  functionLengths,
  pokes: pokes.map(({adj, members}) => ({...members, adj})),
  ...(ends === null ? {} : {ends}),
  ...(said === '' ? {} : {said}),
});

/** A refusal is an answer; a bug of ours is not. */
const attempt = <T>(make: () => T): T | CompileRefusal => {
  try {
    return make();
  } catch (error) {
    if (error instanceof CompileRefusal) return error;
    throw error;
  }
};

const orThrow = <T>(value: T | Error): T => {
  if (value instanceof Error) throw value;
  return value;
};

/** The members that jitstat knows how to patch, by protocol. */
const protocols = [['ip'], ['ip', 'ip_aux'], ['target', 'bypass', 'bypass_addr']] as const;

const unknownPokes = (names: readonly string[]): readonly string[] => {
  const exact = protocols.some(
    (known) => known.length === names.length && known.every((name) => names.includes(name)),
  );
  if (exact || names.length === 0) return [];
  const strange = names.filter((name) => !protocols.flat().some((known) => known === name));
  return strange.length > 0 ? strange : names;
};
