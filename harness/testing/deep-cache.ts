// For deep tests: where what they download is kept.
import {join} from 'node:path';
import {packageFile} from '../../workloads/package-file.ts';

export const deepCache = process.env['JITSTAT_DEEP_CACHE'] ?? join(packageFile(''), '.cache/deep');
