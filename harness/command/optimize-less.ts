// For commands whose functions run often enough for V8's optimizing compiler, but which end soon
// after: with its usual limit that compiler takes a fifth of their CPU time.
import {setFlagsFromString} from 'node:v8';

/**
 * To be called when the modules of Node are loaded: their code cache is for the flags that Node was
 * started with.
 */
export const optimizeLess = (): void => setFlagsFromString('--interrupt-budget=400000');
