// What a kind of side is: a prefix, and how the text after it becomes a variant.
import type {Io} from '../command/command.ts';
import type {Variant} from '../../jit/variants/variant.ts';

/** What a side may need in addition to its text. */
export interface SideContext {
  /** Where relative paths start, and where to report slow work. */
  readonly io: SideIo;
  /** The variant whose verifier rules are applied, if the user chose one; null = the side's own. */
  readonly rules: string | null;
}

export type SideIo = Pick<Io, 'cwd' | 'err' | 'errIsTerminal'>;

/** One kind of side: `PREFIX:` and what follows, or any text that `matches`. */
export interface SideKind {
  /** Empty for kinds that are known by `matches`. */
  readonly prefix: string;
  readonly matches?: (text: string) => boolean;
  /** How it is written, for help and messages. */
  readonly form: string;
  readonly means: string;
  /** Loads the code that makes a variant of it, which most commands do not need. */
  readonly load: () => Promise<MakeVariant>;
}

/** `text` is the whole side as the user wrote it, `rest` what follows the colon. */
export type MakeVariant = (text: string, rest: string, context: SideContext) => Promise<Variant>;
