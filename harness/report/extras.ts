// Charts of a session's page that need the compiler, which is loaded for them alone: the bytes of
// each variant's image by step.
import {bytes} from '../../dashboards/charts/bytes.ts';
import type {StepBytes} from '../../dashboards/charts/bytes.ts';
import type {Chart} from '../../dashboards/charts/types.ts';
import type {ReportInput} from '../../dashboards/page/report-page.ts';
import type {SideInfo} from '../../results/types.ts';

/** Further charts by session id. Sides without a built-in variant and workload have none. */
export const sessionExtras = async (
  inputs: readonly ReportInput[],
): Promise<Record<string, readonly Chart[]>> => {
  const extras: Record<string, readonly Chart[]> = {};
  for (const input of inputs) {
    if (!('session' in input)) continue;
    const {id, before, after} = input.session;
    const rows = [
      ...(await bytesOf(before)),
      ...(after === null || after.variant === before.variant ? [] : await bytesOf(after)),
    ];
    const chart = bytes(rows);
    if (chart !== null) extras[id] = [chart];
  }
  return extras;
};

const bytesOf = async ({workload, variant}: SideInfo): Promise<StepBytes[]> => {
  if (workload === undefined || variant === undefined) return [];
  const {stepBytes} = await import('./step-bytes.ts');
  return stepBytes(workload, variant);
};
