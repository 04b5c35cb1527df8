// What the prologue of a kernel's image says about its function and the dump of the instructions
// does not show.
import type {Frame} from '../../jit/variants/frame.ts';
import {disassemble} from '../../jit/x86/disassemble.ts';
import {rbx, r13, r14, r15} from '../../jit/x86/registers.ts';

/** Sizes and offsets in bytes. */
export interface Prologue {
  /** Where the first instruction's code begins. */
  readonly bytes: number;
  readonly stackBytes: number;
  readonly reachable: boolean;
  readonly used: Frame['used'];
  readonly exceptions?: 'boundary' | 'callback';
  readonly privateStack?: bigint;
  readonly arena?: bigint;
}

const registers: Readonly<Record<string, number>> = {
  '%rbx': rbx,
  '%r13': r13,
  '%r14': r14,
  '%r15': r15,
};

/** Null if the code does not begin as a BPF function does. */
export const readPrologue = (code: Uint8Array, subprogram: boolean): Prologue | null => {
  let at = 0;
  const peek = () => (at < code.length ? disassemble(code, at, 0n) : {bytes: 0, text: ''});
  /** Moves on if the next instruction matches. */
  const take = (form: RegExp): RegExpExecArray | null => {
    const {bytes, text} = peek();
    const found = form.exec(text);
    if (found !== null) at += bytes;
    return found;
  };
  const address = (register: string): bigint | undefined => {
    const found = take(new RegExp(`^mov(?:abs)? +\\$0x([0-9a-f]+),%${register}$`));
    return found === null ? undefined : BigInt(`0x${found[1]}`);
  };
  take(/^endbr64$/);
  if (take(/^nopl +0x0\(%rax,%rax,1\)$|^call/) === null) return null;
  if (take(/^xor +%rax,%rax$|^xor +%eax,%eax$|^nopl +\(%rax\)$/) === null) return null;
  const isCallback = take(/^mov +%rsi,%rsp$/) !== null;
  if (isCallback) while (take(/^mov +%rdx,%rbp$|^pop |^mov +%rbp,%rsp$/) !== null);
  else if (take(/^push +%rbp$/) === null || take(/^mov +%rsp,%rbp$/) === null) return null;
  take(/^endbr64$/);
  const stack = take(/^sub +\$0x([0-9a-f]+),%rsp$/);
  let reachable = false;
  if (!subprogram && take(/^cmp +\$0x21,%rax$/) !== null) {
    reachable = true;
    for (let i = 0; i < 6; i++) take(/./);
  } else if (take(/^push +%rax$/) !== null) {
    reachable = true;
    take(/^push +%rax$/);
  }
  const hasR12 = take(/^push +%r12$/) !== null;
  const used: number[] = [];
  for (let found; (found = take(/^push +(%rbx|%r13|%r14|%r15)$/)) !== null;)
    used.push(registers[found[1]]);
  const arena = hasR12 ? address('r12') : undefined;
  const privateStack = address('r9');
  if (privateStack !== undefined && take(/^add +%gs:/) === null) return null;
  const exceptions = isCallback ? 'callback' : hasR12 && arena === undefined ? 'boundary' : null;
  return {
    bytes: at,
    stackBytes: stack === null ? 0 : Number.parseInt(stack[1], 16),
    reachable,
    used,
    ...(exceptions === null ? {} : {exceptions}),
    ...(privateStack === undefined ? {} : {privateStack}),
    ...(arena === undefined ? {} : {arena}),
  };
};
