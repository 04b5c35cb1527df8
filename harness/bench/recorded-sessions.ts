// The recorded sessions that are stored with the tests, for the made-up year.
import {decodeRuns} from '../../results/store/runs-file.ts';
import type {RealSession} from '../../results/testdata/year.ts';
import type {Session} from '../../results/types.ts';
import {readPackageFile} from '../../workloads/package-file.ts';

const recorded = ['flow_dissector', 'tailcall1', 'tailcall2'] as const;

export const realSessions = (): RealSession[] =>
  recorded.map((name) => ({
    session: JSON.parse(
      Buffer.from(readPackageFile(`results/testdata/real/${name}.json`)).toString(),
    ) as Session,
    samples: decodeRuns(readPackageFile(`results/testdata/real/${name}.runs.json.gz`)).samples,
  }));
