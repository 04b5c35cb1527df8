// The whole program as one script with V8's code cache, both made by the build (setup/bundle-cli.ts):
// neither are hundreds of files found and read at a start, nor is their text compiled.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {cachedDataVersionTag} from 'node:v8';
import {Script} from 'node:vm';

const scriptFile = fileURLToPath(new URL('../start/program.cjs', import.meta.url));

/**
 * Commands with a cache of their own: what one of them does not call would only have to be read. All
 * others share that of `ab`.
 */
export const cachedCommands = ['ab', 'history', 'serve'] as const;
export type CachedCommand = (typeof cachedCommands)[number];

export const cachedCommand = (name: string | undefined): CachedCommand =>
  cachedCommands.find((one) => one === name) ?? 'ab';

/** The tag stands for V8's version and flags and for the CPU: a cache fits no other. */
export const cacheFile = (command: CachedCommand): string =>
  fileURLToPath(new URL(`../start/${command}-${cachedDataVersionTag()}.cache`, import.meta.url));

/** A script with a code cache from another process cannot do this itself. */
const importFor = (name: string): Promise<unknown> => import(name);

type Program = (module: object, require: NodeJS.Require, load: typeof importFor) => void;

/** `run` evaluates the script, which is a function, and returns what it exports. */
export const compileScript = <Exports>(cachedData?: Buffer) => {
  const script = new Script(readFileSync(scriptFile, 'utf8'), {
    filename: scriptFile,
    cachedData,
  });
  const run = (): Exports => {
    const module = {exports: {} as Exports};
    (script.runInThisContext() as Program)(module, createRequire(scriptFile), importFor);
    return module.exports;
  };
  return {script, run};
};

/** What the script exports; null if the build made no code cache for this Node. */
export const runCached = <Exports>(command: CachedCommand): Exports | null => {
  let cache: Buffer;
  try {
    cache = readFileSync(cacheFile(command));
  } catch {
    return null;
  }
  return compileScript<Exports>(cache).run();
};
