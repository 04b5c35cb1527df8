// The version of this jitstat, as its package says.
import {readPackageFile} from '../../workloads/package-file.ts';

export const version = (): string =>
  (JSON.parse(new TextDecoder().decode(readPackageFile('package.json'))) as {version: string})
    .version;
