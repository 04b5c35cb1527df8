// For tests of tree sides: a side's answers to recorded requests, and the differences between two
// builds and their structures.
import {join} from 'node:path';
import {answerLines} from '../../jit/batch.ts';
import {recordedVectors} from '../../jit/testdata/vectors.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {kernelCache} from './testing.fixture.ts';

/** Builds for tests are kept apart from the user's. */
export const testBuilds = join(kernelCache, 'builds');

export interface Answer {
  readonly error?: string;
  readonly reason?: string;
  readonly image?: string;
  readonly functionLengths?: readonly number[];
  readonly pokes?: readonly Record<string, number>[];
}

export const answersOf = (variant: Variant, requests: readonly object[]): Answer[] =>
  answerLines(
    requests.map((request) => JSON.stringify(request)),
    () => variant,
  ).map((line) => JSON.parse(line) as Answer);

export const requestsOf = (variant: string, layout: object = {}): object[] =>
  recordedVectors('jit-kernels')
    .filter((each) => each.variant === variant)
    .map(({expect: _expect, layout: own, ...request}) => ({
      ...request,
      layout: {...own, ...layout},
    }));

export const offsetsOf = ({layout}: Variant) => ({
  sls: layout.sls,
  maxEntriesOffset: layout.maxEntriesOffset,
  ptrsOffset: layout.ptrsOffset,
  bpfFuncOffset: layout.bpfFuncOffset,
});

export const codeOf = ({image, functionLengths, pokes}: Answer) => ({
  image,
  functionLengths,
  pokes,
});
