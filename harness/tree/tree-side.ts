// `tree:` and `git:` as sides: builds the emitter of a kernel tree, or finds it in the cache, and
// turns it into a variant.
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Variant} from '../../jit/variants/variant.ts';
import {buildShim} from '../shim/build-shim.ts';
import type {MakeVariant, SideContext} from '../emitter/side-kind.ts';
import {programVariant} from '../emitter/emitter-side.ts';
import {defaultLimits} from '../emitter/run-emitter.ts';
import {cacheFolder, nativeHash, removeOld, shortHash, touch} from './cache.ts';
import {exportRevision} from './git.ts';
import type {Kbuild} from './kbuild.ts';
import {kbuild} from './kbuild.ts';
import {linkEmitter} from './link-emitter.ts';
import {membersHeader} from './members.ts';
import type {Series} from './patch-series.ts';
import {readSeries} from './patch-series.ts';
import type {Shadow} from './shadow.ts';
import {applySeries, needsKbuild, patchedFiles, shadowOf, withShadowFolder} from './shadow.ts';
import type {TreeSpec} from './spec.ts';
import {parseGit, parseTree} from './spec.ts';
import type {TreeVersion} from './version.ts';
import {jitSource, nearestRules, treeVersion} from './version.ts';

export const treeSide: MakeVariant = async (text, rest, context) =>
  treeVariant(text, parseTree(rest, context.io.cwd), context);

export const gitSide: MakeVariant = async (text, rest, context) => {
  const {repository, revision, patches} = parseGit(rest, context.io.cwd);
  const tree = await exportRevision(repository, revision, noteTo(context));
  return treeVariant(text, {tree, config: null, patches}, context);
};

const noteTo =
  ({io}: SideContext) =>
  (line: string): void => {
    if (io.errIsTerminal) io.err(`jitstat: ${line}\n`);
  };

/** A built emitter, and what a report should say about its build. */
export interface TreeEmitter {
  readonly path: string;
  readonly name: string;
  readonly rules: string;
  /** Files that patches touch but the JIT is not made from. */
  readonly outside: readonly string[];
}

const treeVariant = async (
  text: string,
  spec: TreeSpec,
  context: SideContext,
): Promise<Variant> => {
  const emitter = await buildTreeEmitter(text, spec, noteTo(context));
  const {path} = await buildShim('confine');
  const rules = context.rules ?? emitter.rules;
  if (emitter.outside.length > 0)
    context.io.err(
      `jitstat: ${text} touches ${emitter.outside.join(', ')}, which the JIT is not made from: ` +
        `the verifier rules of ${rules} are played (--rules chooses others).\n`,
    );
  const program = {
    name: `The JIT of ${text}`,
    argv: [emitter.path],
    cwd: cacheFolder(),
    confine: path,
    limits: defaultLimits,
  };
  return programVariant(text, program, rules);
};

/** Throws a UserError that names the side. */
export const buildTreeEmitter = async (
  side: string,
  {tree, config, patches}: TreeSpec,
  note: (line: string) => void,
): Promise<TreeEmitter> => {
  const version = treeVersion(tree);
  const series = readSeries(patches);
  return withShadowFolder(async (folder) => {
    let isApplied = false;
    const apply = async (): Promise<void> => {
      if (!isApplied) await applySeries(side, tree, series, folder);
      isApplied = true;
    };
    const own = needsKbuild(series)
      ? {
          hash: series.hash,
          files: async () => {
            await apply();
            return patchedFiles(series, folder);
          },
        }
      : null;
    const base = await kbuild({side, tree, version, config, own, note});
    const key = shortHash(base.digest, nativeHash(), series.hash, version.text);
    const known = join(cacheFolder(), `emitter-${key}`);
    if (!existsSync(known)) {
      note(`compiling the emitter of ${side}`);
      removeOld(new Date());
      await apply();
      // Files that kbuild had to see patched are in its own folder of links.
      const shadow =
        own === null
          ? shadowOf(series, base.source, folder, base.command)
          : shadowOf({...series, touched: []}, base.source, folder, base.command);
      await build({side, version, series, base, shadow, known});
    }
    touch(known);
    touch(base.folder);
    const info = JSON.parse(readFileSync(join(known, 'info.json'), 'utf8')) as TreeEmitter;
    // The nearest variant may be newer than the build.
    return {...info, rules: nearestRules(version), path: join(known, 'emitter')};
  });
};

interface Build {
  readonly side: string;
  readonly version: TreeVersion;
  readonly series: Series;
  readonly base: Kbuild;
  readonly shadow: Shadow;
  /** The folder that the build becomes. */
  readonly known: string;
}

const build = async ({side, version, series, base, shadow, known}: Build): Promise<void> => {
  const isPatched = series.patches.length > 0 ? ', patched' : '';
  const name = `bpf_jit_comp.c of Linux ${version.text}${isPatched} (${base.config})`;
  const headers = ['include/linux/bpf.h', 'include/linux/filter.h'];
  const out = `${known}.${process.pid}.tmp`;
  rmSync(out, {recursive: true, force: true});
  mkdirSync(out);
  try {
    const used = await linkEmitter(
      {
        side,
        name,
        folder: base.folder,
        command: shadow.command,
        jit: shadow.fileOf(jitSource),
        members: membersHeader(
          headers.map((path) => readFileSync(shadow.fileOf(path), 'utf8')),
          version.number,
        ),
      },
      out,
    );
    const outside = series.touched.filter((path) => !used.includes(shadow.fileOf(path)));
    writeFileSync(join(out, 'info.json'), JSON.stringify({name, outside}));
    if (!existsSync(known)) renameSync(out, known);
  } finally {
    rmSync(out, {recursive: true, force: true});
  }
};
