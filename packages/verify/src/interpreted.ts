import { type Compile, compiler, interpreter } from '@pullback/core';

/**
 * `compile` for checks, by the interpreter: it is what operations mean, and a check runs a small graph a few times,
 * which is over before a faster program would be made.
 */
export const interpreted: Compile = compiler(interpreter);
