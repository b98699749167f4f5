import { type Compile, compiler } from './program/compile.ts';
import { interpreter } from './reference/interpreter.ts';

/**
 * `f`, faster. The first call with given shapes and dtypes traces `f` with symbolic inputs, notes the
 * Variables it reads and assigns, and builds one program of all of it: forward pass, gradients, updates.
 * Later calls only run that, so `f` must do its work in Nodes and Variables: anything else it does happens
 * while tracing alone. `f` returns Nodes, arrays or plain objects of Nodes, or nothing. Called while another
 * function is traced, it is part of that one, and can be differentiated there.
 */
export const compile: Compile = compiler(interpreter);
