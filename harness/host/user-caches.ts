// Where a user's programs keep what can be rebuilt (XDG base directories).
import {homedir} from 'node:os';
import {join} from 'node:path';

export const userCaches = (): string => process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
