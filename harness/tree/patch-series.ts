// Reads patches from a plain diff, a mail, or an mbox with a series, puts them in order, and lists
// the files each one touches.
import {UserError} from '../../results/error.ts';
import {shortHash} from './cache.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';

/** One patch: its title, and the text that `patch` reads. */
export interface Patch {
  readonly title: string;
  readonly text: string;
  /** Paths from the top of the tree, including those of renames and new files. */
  readonly touched: readonly string[];
}

export interface Series {
  readonly patches: readonly Patch[];
  readonly touched: readonly string[];
  readonly hash: string;
}

/** Reads patch files in order. Throws a UserError for one that holds no diff. */
export const readSeries = (files: readonly string[]): Series => {
  const patches = files.flatMap((file) =>
    patchesOf(
      readUserFile(file, 'Give patch files, as git format-patch writes them.').toString(),
      file,
    ),
  );
  return {
    patches,
    touched: [...new Set(patches.flatMap(({touched}) => touched))].sort(),
    hash: shortHash(...patches.map(({text}) => text)),
  };
};

/** The patches of one file, in the order they apply. */
export const patchesOf = (content: string, file: string): readonly Patch[] => {
  const text = content.replaceAll('\r\n', '\n');
  const mails = mailsOf(text);
  const patches =
    mails.length === 0 ? [patchOf(file.replace(/^.*\//, ''), text)] : inOrder(mails).map(mailPatch);
  const found = patches.filter(({touched}) => touched.length > 0);
  if (found.length === 0)
    throw new UserError(
      `${file} holds no patch.`,
      'A diff, a mail with one, or an mbox of a series.',
    );
  return found;
};

interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** Mails of an mbox, or the one mail; none if the text is a plain diff. */
const mailsOf = (text: string): readonly Mail[] => {
  const starts = [...text.matchAll(/^From \S+ .*\d{2}:\d{2}:\d{2}.*$/gm)].map(({index}) => index);
  if (starts.length === 0)
    return /^(?:Subject|From|Message-I[dD]): /m.test(headOf(text)) ? [mailOf(text)] : [];
  return starts.map((start, number) =>
    mailOf(text.slice(text.indexOf('\n', start) + 1, starts[number + 1] ?? text.length)),
  );
};

/** Up to the first empty line, if that looks like the head of a mail. */
const headOf = (text: string): string => {
  const head = text.slice(0, Math.max(0, text.search(/\n\n/)));
  return /^[A-Za-z][A-Za-z0-9-]*: /.test(head) ? head : '';
};

const mailOf = (text: string): Mail => {
  const head = headOf(text).replace(/\n[ \t]+/g, ' ');
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1] ?? '';
  const body = text.slice(text.search(/\n\n/) + 2).replace(/^>From /gm, 'From ');
  return {
    subject: field('Subject'),
    body: decoded(body, field('Content-Transfer-Encoding').trim().toLowerCase()),
  };
};

const decoded = (body: string, encoding: string): string => {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replace(/=[ \t]*\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  // Characters above 127 that were not encoded stay as they are.
  return /[\u0100-\uffff]/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString();
};

const numbering = /\[[^\]]*?\bPATCH\b[^\]]*\]/i;

/** `[PATCH v3 2/5]`: version 3, number 2. Without a number: 1. */
const placeOf = ({subject}: Mail): {readonly version: number; readonly number: number} => {
  const mark = numbering.exec(subject)?.[0] ?? '';
  return {
    version: Number(/\bv(\d+)\b/i.exec(mark)?.[1] ?? 1),
    number: Number(/\b(\d+)\/\d+/.exec(mark)?.[1] ?? 1),
  };
};

/** Answers are left out, and so is all but the newest version of a series. */
const inOrder = (mails: readonly Mail[]): readonly Mail[] => {
  const own = mails.filter(({subject}) => !/^\s*(?:re|aw|fwd?):/i.test(subject));
  const newest = Math.max(...own.map((mail) => placeOf(mail).version));
  return own
    .filter((mail) => placeOf(mail).version === newest)
    .toSorted((one, other) => placeOf(one).number - placeOf(other).number);
};

const mailPatch = ({subject, body}: Mail): Patch =>
  patchOf(subject.replace(/^\s*\[[^\]]*\]\s*/, ''), body);

const patchOf = (title: string, text: string): Patch => ({title, text, touched: touchedBy(text)});

/** Throws a UserError for a path that leads out of the tree. */
const touchedBy = (text: string): readonly string[] => {
  const paths = new Set<string>();
  const add = (path: string): void => {
    if (path === '/dev/null') return;
    const inside = path.replace(/^[^/]+\//, '');
    if (path.startsWith('/') || inside.split('/').includes('..'))
      throw new UserError(
        `The patch touches '${path.slice(0, 100)}', which is not a path of the tree.`,
        'Patches are applied as patch -p1 does: a/PATH and b/PATH.',
      );
    paths.add(inside);
  };
  const heads = /^--- ([^\t\n]+)(?:\t[^\n]*)?\n\+\+\+ ([^\t\n]+)(?:\t[^\n]*)?\n@@ /gm;
  for (const [, from, to] of text.matchAll(heads)) {
    add(from.trim());
    add(to.trim());
  }
  for (const [, path] of text.matchAll(/^(?:rename|copy) (?:from|to) (.+)$/gm)) add(`a/${path}`);
  return [...paths];
};
