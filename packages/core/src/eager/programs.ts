import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import type { Engine } from '../program/engine.ts';
import { NodeProgram } from '../program/single.ts';

/** The largest number of programs that are kept. */
const maxPrograms = 256;

/** Programs of single Nodes, kept by what they compute: those used last, in a bounded number. */
export class NodePrograms {
	readonly #engine: Engine;
	/** The one used last is the last. */
	readonly #kept = new Map<string, NodeProgram>();

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	/** The value of a Node for values of its inputs. */
	run(node: Node, values: readonly Data[]): Data {
		const key = keyOf(node);
		const known = this.#kept.get(key);
		this.#kept.delete(key);
		const program = known ?? new NodeProgram(this.#engine, node);
		try {
			const value = program.run(values);
			this.#kept.set(key, program);
			this.#forget();
			return value;
		} catch (error) {
			program.free();
			throw error;
		}
	}

	/** Frees the program unused for longest if there are too many. */
	#forget(): void {
		if (this.#kept.size <= maxPrograms) return;
		for (const [key, program] of this.#kept) {
			this.#kept.delete(key);
			program.free();
			return;
		}
	}
}

/** Equal for Nodes that compute the same of operands of the same form. */
function keyOf({ primitive, params, inputs }: Node): string {
	const operands = [...new Set(inputs)];
	const types = inputs.map((input) => `${operands.indexOf(input)}:${input.dtype}[${input.shape}]`);
	return `${primitive.name} ${JSON.stringify(params)} ${types.join(' ')}`;
}
