// Charts of a session's page that need the compiler: the bytes of each variant's image by step.
import {bytes} from '../../dashboards/charts/bytes.ts';
import type {StepBytes} from '../../dashboards/charts/bytes.ts';
import type {Chart} from '../../dashboards/charts/types.ts';
import type {ReportInput} from '../../dashboards/page/report-page.ts';
import type {SideInfo} from '../../results/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {troubleOf} from '../command/trouble.ts';
import {ensureFrames} from '../play/ensure-frames.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareImage} from '../shim/prepare.ts';

/** Further charts by session id. Sides without a built-in variant and workload have none. */
export const sessionExtras = async (
  inputs: readonly ReportInput[],
): Promise<Record<string, readonly Chart[]>> => {
  const extras: Record<string, readonly Chart[]> = {};
  for (const input of inputs) {
    if (!('session' in input)) continue;
    const {id, before, after} = input.session;
    const rows = [
      ...(await stepBytes(before)),
      ...(after === null || after.variant === before.variant ? [] : await stepBytes(after)),
    ];
    const chart = bytes(rows);
    if (chart !== null) extras[id] = [chart];
  }
  return extras;
};

/**
 * Empty if the image cannot be rebuilt here: a user's workload, the kernel as a side, no compiler
 * for the shim.
 */
const stepBytes = async ({workload, variant}: SideInfo): Promise<StepBytes[]> => {
  if (workload === undefined || variant === undefined) return [];
  try {
    ensureFrames(findVariant(variant));
    const {image} = prepareImage({
      workload: findWorkload(workload),
      variant,
      placement: {kind: 'fixed', offset: 0},
      shim: await buildShim('user'),
    });
    const sums = new Map<string, number>();
    for (const one of image.functions.filter(({program}) => program !== '')) {
      for (const mark of one.marks()) sums.set(mark.step, (sums.get(mark.step) ?? 0) + mark.bytes);
    }
    return [...sums].map(([step, size]) => ({variant, step, bytes: size}));
  } catch (error) {
    if (troubleOf(error) !== null) return [];
    throw error;
  }
};
