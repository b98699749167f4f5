import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import type { Engine } from '../program/engine.ts';
import { NodeProgram } from '../program/single.ts';

/** What programs kept for another run may hold of an engine's memory, in bytes of operands and results. */
const mostBytes = 64 * 2 ** 20;
const mostPrograms = 256;

interface Kept {
	readonly program: NodeProgram;
	readonly bytes: number;
}

/** Programs of single Nodes, kept by what they compute: those used last, as many as fit in a bounded memory. */
export class NodePrograms {
	readonly #engine: Engine;
	/** The one used last is the last. */
	readonly #kept = new Map<string, Kept>();
	#bytes = 0;

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	/** The value of a Node for values of its inputs. */
	run(node: Node, values: readonly Data[]): Data {
		const key = keyOf(node);
		const known = this.#kept.get(key);
		if (known !== undefined) this.#bytes -= known.bytes;
		this.#kept.delete(key);
		const program = known?.program ?? new NodeProgram(this.#engine, node);
		try {
			const value = program.run(values);
			const bytes = operandBytes(values) + value.byteLength;
			if (bytes > mostBytes) program.free();
			else {
				this.#kept.set(key, { program, bytes });
				this.#bytes += bytes;
				this.#forget();
			}
			return value;
		} catch (error) {
			program.free();
			throw error;
		}
	}

	/** Frees the programs unused for longest until the rest is within bounds. */
	#forget(): void {
		for (const [key, { program, bytes }] of this.#kept) {
			if (this.#bytes <= mostBytes && this.#kept.size <= mostPrograms) return;
			this.#kept.delete(key);
			this.#bytes -= bytes;
			program.free();
		}
	}
}

/** Equal for Nodes that compute the same of operands of the same form. */
function keyOf({ primitive, params, inputs }: Node): string {
	const operands = [...new Set(inputs)];
	const types = inputs.map((input) => `${operands.indexOf(input)}:${input.dtype}[${input.shape}]`);
	return `${primitive.name} ${JSON.stringify(params)} ${types.join(' ')}`;
}

function operandBytes(values: readonly Data[]): number {
	return values.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
}
