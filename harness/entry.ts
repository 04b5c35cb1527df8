// What the process of ./jitstat loads, in one place: the build also makes one script of it.
export {report, runCli} from './cli.ts';
export {inputLimit} from './command/command.ts';
export {endOnSignals} from './host/signals.ts';
