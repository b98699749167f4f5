import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';

/**
 * What a primitive means: the elements of `node` from those of its inputs. It may return an input itself
 * where nothing changes; it never writes to one.
 */
export type Kernel<Params> = (inputs: readonly Data[], node: Node, params: Params) => Data;

/** The first inputs of a kernel, which its primitive's arity promises. */
export function first(inputs: readonly Data[]): Data {
	const [x] = inputs;
	if (x === undefined) throw new Error('internal: a kernel without inputs');
	return x;
}
