// For deep tests: where downloads are kept.
import {join} from 'node:path';
import {packageFile} from '../../workloads/package-file.ts';

export const deepCache = process.env['JITSTAT_DEEP_CACHE'] ?? join(packageFile(''), '.cache/deep');
