// Patches in all forms: plain diffs, mails, series in any order, encodings, paths that lead out of
// the tree.
import {expect, test} from 'vitest';
import {patchesOf} from './patch-series.ts';

const diff = (path: string, line = 'b') =>
  `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+${line}\n`;

const mail = (subject: string, body: string, ...more: string[]) =>
  [`Subject: ${subject}`, 'From: A <a@example.org>', ...more, '', body].join('\n');

const mbox = (...mails: string[]) =>
  mails.map((each) => `From a@example.org Thu Jul  2 15:21:12 2020\n${each}\n`).join('');

const touched = (text: string) => patchesOf(text, 'x').map((patch) => patch.touched.join(' '));

test('a plain diff, with and without text before it', () => {
  expect(touched(diff('kernel/a.c'))).toEqual(['kernel/a.c']);
  expect(touched(`Some words.\n\n${diff('kernel/a.c')}`)).toEqual(['kernel/a.c']);
  expect(touched(diff('kernel/a.c').replaceAll('\n', '\r\n'))).toEqual(['kernel/a.c']);
});

test('new, removed and renamed files', () => {
  expect(touched('--- /dev/null\n+++ b/lib/new.c\n@@ -0,0 +1 @@\n+a\n')).toEqual(['lib/new.c']);
  expect(touched('--- a/lib/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n')).toEqual(['lib/old.c']);
  const renamed = 'diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\n';
  expect(touched(renamed)).toEqual(['a.c b.c']);
});

test('a series is put in order, without cover letter, answers and older versions', () => {
  const text = mbox(
    mail('[PATCH bpf-next v2 2/2] second', diff('two.c')),
    mail('[PATCH bpf-next v2 0/2] cover', 'What it is about.'),
    mail('Re: [PATCH bpf-next v2 1/2] first', diff('answer.c')),
    mail('[PATCH bpf-next 1/1] first', diff('older.c')),
    mail('[PATCH bpf-next v2 1/2] first', diff('one.c')),
  );
  expect(patchesOf(text, 'x').map(({title}) => title)).toEqual(['first', 'second']);
  expect(touched(text)).toEqual(['one.c', 'two.c']);
});

test('quoted-printable and base64', () => {
  const quoted = diff('one.c', 'x = 1; // ä').replaceAll('=', '=3D').replace('ä', '=C3=A4');
  const [patch] = patchesOf(
    mail('[PATCH] x', quoted, 'Content-Transfer-Encoding: quoted-printable'),
    'x',
  );
  expect(patch.text).toContain('+x = 1; // ä');
  const base64 = Buffer.from(diff('one.c')).toString('base64').replace(/.{40}/g, '$&\n');
  expect(touched(mail('[PATCH] x', base64, 'Content-Transfer-Encoding: base64'))).toEqual([
    'one.c',
  ]);
});

test.each([
  ['no patch', 'Hello', /holds no patch/],
  ['a mail without one', mail('Hello', 'How are you?'), /holds no patch/],
  ['a path that leads out', diff('../../etc/passwd'), /not a path of the tree/],
  ['an absolute path', '--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n', /not a path of the tree/],
])('%s', (_name, text, message) => expect(() => patchesOf(text, 'x.diff')).toThrow(message));
