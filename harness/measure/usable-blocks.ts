// The blocks of a journal that a resumed session can use, and warnings about the others.
import type {JournalBlock, JournalContent} from '../../results/store/index.ts';
import type {Warning} from '../../results/types.ts';
import type {PlannedBlock} from './plan.ts';
import {oneSidedBlocks, plannedBlocks} from './plan.ts';

/** The blocks that are in their planned places, each index once. */
export const usableBlocks = (
  content: JournalContent,
): {done: readonly JournalBlock[]; warnings: readonly Warning[]} => {
  const {header, blocks, damaged, doubled} = content;
  const planned = header.kind === 'run' ? oneSidedBlocks(header.plan) : plannedBlocks(header.plan);
  const places = new Map(planned.map((block) => [block.index, block]));
  const done = blocks.filter((block) => isPlanned(block, places.get(block.index)));
  const misplaced = blocks.length - done.length;
  return {
    done,
    warnings: [
      ...(damaged.length === 0
        ? []
        : [
            {
              code: 'damaged-journal',
              text:
                `The journal was damaged at line ${damaged.join(', ')}; what was there was ` +
                'measured again.',
            },
          ]),
      ...(doubled.length === 0
        ? []
        : [
            {
              code: 'doubled-blocks',
              text: `In the journal ${count(doubled.length)} twice; the first of each is kept.`,
            },
          ]),
      ...(misplaced === 0
        ? []
        : [
            {
              code: 'misplaced-blocks',
              text:
                `In the journal ${count(misplaced)} not as planned; what was planned there ` +
                'was measured again.',
            },
          ]),
    ],
  };
};

const count = (blocks: number): string => (blocks === 1 ? '1 block was' : `${blocks} blocks were`);

const isPlanned = (block: JournalBlock, planned: PlannedBlock | undefined): boolean =>
  planned !== undefined &&
  block.quad === planned.quad &&
  block.position === planned.position &&
  block.side === (planned.side === 'before' ? 0 : 1) &&
  block.warmup === planned.warmup &&
  block.aa === planned.aa;
