// A finished night of another store becomes one of this: checked first, and never rewritten.
import {existsSync} from 'node:fs';
import {UserError} from '../error.ts';
import {checkDocument, sealDocument} from '../store/checksum.ts';
import {checkNight, nightPath, readNight, readNights, writeNight} from './nights.ts';
import type {Night} from './types.ts';

/** They become parts of a path. */
const idPattern = /^\d{8}-\d{6,9}-[0-9a-z]+$/;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** The texts of a store's night records, of nights that are over. */
export const finishedNights = (store: string): string[] =>
  readNights(store)
    .nights.filter(({status}) => status !== 'unfinished')
    .map(sealDocument);

/**
 * Throws UserError if the text is damagedor is not the record of a night that is over, or if the
 * store has a different night with this id.
 */
export const addNight = (store: string, text: string): {night: Night; added: boolean} => {
  const night = read(text);
  const path = nightPath(store, night);
  if (existsSync(path)) {
    const known = readNight(path);
    if (sealDocument(known) === text) return {night, added: false};
    if (known.status !== 'unfinished')
      throw new UserError(
        `Night ${night.id} is in the store with other content.`,
        'A finished night is never rewritten; one of the two was changed.',
      );
  }
  writeNight(store, night);
  return {night, added: true};
};

const read = (text: string): Night => {
  let night: Night;
  try {
    if (!checkDocument(Buffer.from(text))) throw new Error('it carries no checksum');
    night = checkNight(JSON.parse(text));
  } catch (error) {
    throw new UserError(
      `The record of a night is damaged (${(error as Error).message}).`,
      'Send it again, as it is in the store.',
    );
  }
  if (!idPattern.test(night.id) || !datePattern.test(night.night) || night.status === 'unfinished')
    throw new UserError(
      `Night ${night.id} has an odd id or date, or is not over.`,
      'Only nights that are over can be shared.',
    );
  return night;
};
