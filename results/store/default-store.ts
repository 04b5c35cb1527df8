// Where the store is, unless an option names it.
import {isAbsolute, join, resolve} from 'node:path';

/** `$JITSTAT_STORE` or `<cwd>/jitstat-store`. */
export const defaultStore = (
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  const named = env['JITSTAT_STORE'];
  if (named === undefined || named === '') return join(cwd, 'jitstat-store');
  return isAbsolute(named) ? named : resolve(cwd, named);
};
