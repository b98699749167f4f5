import type { Data } from '../graph/dtype.ts';
import { Node, record } from '../graph/node.ts';
import { primitives } from '../ops/primitives.ts';
import type { Engine, Program } from './engine.ts';

/** A program that computes a single Node, or any that does the same with operands of the same form. */
export class NodeProgram {
	readonly #program: Program;
	/** For each different operand, the first of the inputs that it is. */
	readonly #firstInputs: readonly number[];

	constructor(engine: Pick<Engine, 'compile'>, node: Node) {
		const operands = [...new Set(node.inputs)];
		this.#firstInputs = operands.map((operand) => node.inputs.indexOf(operand));
		const inputs = operands.map(({ shape, dtype }, i) =>
			record(primitives.input, [], { name: `operand ${i}`, shape, dtype }),
		);
		const output = new Node(
			node.primitive,
			node.inputs.map((input) => inputs[operands.indexOf(input)] as Node), // one each
			node.params,
		);
		this.#program = engine.compile({ inputs, outputs: [output], updates: [] });
	}

	/** The value of the Node for values of its inputs. */
	run(values: readonly Data[]): Data {
		const [value] = this.#program.run(this.#firstInputs.map((index) => values[index] as Data)); // one each
		if (value === undefined) throw new Error('internal: a program lost its output');
		return value;
	}

	free(): void {
		this.#program.free();
	}
}
