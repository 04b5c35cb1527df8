// Two machines that add sessions, notes and nights to one git repository merge without conflict.
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {writeNote} from '../history/notes.ts';
import {testHost, testSamples, testSession} from '../testdata/session.ts';
import {finishSession, listSessions} from './session.ts';

const noGit = spawnSync('git', ['--version']).status !== 0;

test.skipIf(noGit)(
  'two clones, both with new sessions and the same note (skipped without git)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-merge-'));
    const git = (clone: string, ...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: join(folder, clone),
        stdio: 'ignore',
      });
    try {
      git('.', 'init', '--quiet', '--bare', 'origin');
      for (const [number, clone] of ['lab1', 'lab2'].entries()) {
        git('.', 'clone', '--quiet', 'origin', clone);
        const store = join(folder, clone);
        for (const hour of [1, 2]) {
          const created = `2026-11-22T0${hour}:00:00.00${number}Z`;
          await finishSession(
            store,
            testSession({
              id: `20261122-0${hour}000000${number}-aaaa`,
              created,
              host: {...testHost, name: clone, id: clone},
            }),
            testSamples(),
          );
        }
        writeNote(store, {date: '2026-11-22', text: 'power cut'});
        git(clone, 'add', '-A');
        git(clone, 'commit', '--quiet', '-m', clone);
      }
      git('lab1', 'push', '--quiet', 'origin', 'HEAD:main');
      git(
        'lab2',
        'pull',
        '--quiet',
        '--no-rebase',
        '--no-edit',
        '--allow-unrelated-histories',
        'origin',
        'main',
      );
      const {entries, problems} = listSessions(join(folder, 'lab2'));
      expect(problems).toEqual([]);
      expect(entries.map(({head}) => head.host.name)).toEqual(['lab1', 'lab2', 'lab1', 'lab2']);
      expect(entries.map(({folder: one}) => existsSync(join(one, 'runs.json.gz')))).toEqual([
        false,
        true,
        false,
        true,
      ]);
    } finally {
      rmSync(folder, {recursive: true});
    }
  },
);
