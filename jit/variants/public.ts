// What `import … from 'jitstat/variants'` gives: the steps and operations that variants are made
// of, the variants themselves, and the check. See docs/adding-a-variant.md.
export {assemble, at, at32, at8} from '../x86/assemble-form.ts';
export type {MemoryOperand} from '../x86/assemble-form.ts';
export {conditionOf} from '../x86/names.ts';
export * as registers from '../x86/registers.ts';
export {variantTroubles} from './check-variant.ts';
export {defineVariant} from './define-variant.ts';
export type {Frame} from './frame.ts';
export * from './list/defaults.ts';
export {variants} from './list/index.ts';
export {rfc1} from './list/rfc1.ts';
export {rfc1Aligned} from './list/rfc1-aligned.ts';
export {unwindNop5Push} from './list/unwind-nop5-push.ts';
export {unwindNop5PushFixed} from './list/unwind-nop5-push-fixed.ts';
export {v510} from './list/v510.ts';
export {v58} from './list/v58.ts';
export {v61} from './list/v61.ts';
export {v612} from './list/v612.ts';
export {v618} from './list/v618.ts';
export * from './ops.ts';
export * from './own-stack-steps.ts';
export * from './prologue-steps.ts';
export * from './tail-steps.ts';
export type {Draft, TailStep, Variant} from './variant.ts';
