// Inputs of the kinds people paste, with what a right reading concludes (field-cases/*/expect.json).
import {readFileSync} from 'node:fs';
import {importText} from '../import/index.ts';
import type {ImportDocument} from '../types.ts';

const folder = new URL('field-cases/', import.meta.url);

export const caseText = (name: string, file = 'input'): string =>
  readFileSync(new URL(`${name}/${file}`, folder), 'utf8');

export const readCase = (name: string, file = 'input'): ImportDocument =>
  importText(caseText(name, file), `${name}/${file}`);
