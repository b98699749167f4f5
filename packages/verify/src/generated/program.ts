import {
	type Compile,
	type Data,
	type DType,
	grad,
	type Node,
	type Shape,
	type Variable,
	variable,
	vmap,
} from '@pullback/core';
import { codeOfTensor, type Leaf, tensorOf } from './leaf.ts';
import { laterResultsOf, type Observation, resultsOf } from './observation.ts';
import { call, type Value } from './value.ts';
import { type Form, type Instruction, type NamedVariable, Writer } from './writer.ts';

/** What a generated program is made of. */
export interface Parts {
	readonly inputs: readonly Leaf[];
	readonly variables: readonly Leaf[];
	readonly instructions: readonly Instruction[];
	readonly forms: readonly Form[];
	/** Values that are returned besides those that no other is made of; as an instruction's operand. */
	readonly outputs: readonly number[];
	/** How often it returns derivatives of what it computes: the gradient, and the gradient of that. */
	readonly order: 0 | 1 | 2;
	/** How many runs there are: what one leaves in Variables the next one reads. */
	readonly runs: number;
	/** Whether it is mapped over two examples; programs with Variables are not. */
	readonly mapped: boolean;
	/** The most steps that the interpreter may take for its values. */
	readonly budget: number;
	/** How fast the Variables of a model are trained; null where it is not. */
	readonly rate: number | null;
}

/** One tensor that came of a program, with a name for it. */
export interface Result {
	readonly name: string;
	readonly dtype: DType;
	readonly shape: Shape;
	readonly data: Data;
}

/** A random function of tensors and Variables, in a form that can be run by any engine and pasted into a test. */
export class GeneratedProgram {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Everything that comes of its runs when it is compiled in this way, the Variables' last values among it. */
	outcome(compile: Compile): Result[] {
		return resultsOf(this.#observe(compile));
	}

	/** The same where values come later. */
	laterOutcome(compile: Compile): Promise<Result[]> {
		return laterResultsOf(this.#observe(compile));
	}

	*#observe(compile: Compile): Generator<Observation> {
		const { runs, mapped } = this.#parts;
		const variables = this.#variables();
		const f = (...inputs: Node[]): Node[] => this.#write(inputs, variables).returned;
		const run = compile(mapped ? vmap(f) : f);
		const inputs = this.#inputs().map(tensorOf);
		for (let each = 1; each <= runs; each++)
			for (const [i, node] of run(...inputs).entries())
				yield { name: `output ${i} of run ${each}`, node };
		for (const { variable, code } of variables) yield { name: code, node: variable.read() };
	}

	/** The Nodes that it returns without being compiled. */
	graph(): readonly Node[] {
		return this.#write(this.#examples(), this.#variables()).returned;
	}

	/** The code of the function with its inputs and Variables, to be pasted into a test: `f(...inputs)` runs it. */
	toString(): string {
		const { mapped } = this.#parts;
		const { lines, result } = this.#write(this.#examples(), this.#variables());
		const inputs = this.#inputs();
		const names = inputs.map((_, i) => `x${i}`).join(', ');
		return [
			...this.#variableLeaves().map((leaf, i) => `const w${i} = variable(${codeOfTensor(leaf)});`),
			`const f = ${mapped ? 'vmap(' : ''}(${names}) => {`,
			...lines.map((line) => `\t${line}`),
			`\treturn ${result};`,
			mapped ? '});' : '};',
			`const inputs = [${inputs.map(codeOfTensor).join(', ')}];`,
		].join('\n');
	}

	/** The leaves that `f` is run with, in a batch if it is mapped. */
	#inputs(): Leaf[] {
		const { inputs, mapped } = this.#parts;
		return inputs.map((leaf) => (mapped ? { ...leaf, shape: [2, ...leaf.shape] } : leaf));
	}

	/** Inputs of one example, for what looks at shapes alone. */
	#examples(): Node[] {
		return this.#parts.inputs.map(tensorOf);
	}

	#variableLeaves(): Leaf[] {
		return [...this.#parts.variables, ...this.#parameters()];
	}

	#variables(): NamedVariable[] {
		return named(this.#variableLeaves());
	}

	/** The Variables that the instructions ask for, found by writing them once. */
	#parameters(): Leaf[] {
		const { variables } = this.#parts;
		const leaves: Leaf[] = [];
		this.#instruct(this.#examples(), named(variables), (shape) => {
			leaves.push({
				shape,
				dtype: this.#parts.inputs[0]?.dtype ?? 'f32',
				pattern: { kind: 'small', factor: 5, start: leaves.length },
			});
			const [parameter] = named([leaves.at(-1) as Leaf]) as [NamedVariable]; // one for one
			return readOf(parameter);
		});
		return leaves;
	}

	#instruct(
		inputs: readonly Node[],
		variables: readonly NamedVariable[],
		parameterOf: (shape: Shape) => Value,
	): Writer {
		const { instructions, forms, budget } = this.#parts;
		const leaves = inputs.map((node, i) => ({ node, code: `x${i}` }));
		const writer = new Writer(leaves, variables, budget, parameterOf);
		for (const each of instructions) {
			const form = forms[each.form % forms.length];
			if (form !== undefined) writer.write(form, each);
		}
		return writer;
	}

	#write(
		inputs: readonly Node[],
		variables: readonly NamedVariable[],
	): { returned: Node[]; lines: string[]; result: string } {
		const own = variables.slice(0, this.#parts.variables.length);
		const parameters = variables.slice(own.length).map(readOf);
		let next = 0;
		const writer = this.#instruct(inputs, own, () => {
			const parameter = parameters[next++];
			if (parameter === undefined)
				throw new Error('internal: a program asks for another parameter');
			return parameter;
		});
		const { leaves, values, lines } = writer;
		const more = this.#parts.outputs.flatMap((at) => {
			const value = at < 0 ? values.at(at) : leaves[at % Math.max(leaves.length, 1)];
			return value === undefined ? [] : [value];
		});
		const outputs = [...writer.unused(), ...more];
		const codes = outputs.map(({ code }) => code);
		const returned = outputs.map(({ node }) => node);
		const xs = [...leaves, ...parameters, ...own.map(readOf)].filter(isFloating);
		if (this.#parts.rate !== null) return train(writer, outputs, variables, this.#parts.rate);
		let terms = outputs;
		for (let each = 0; each < this.#parts.order; each++) {
			const loss = lossOf(terms);
			if (loss === null || xs.length === 0) break;
			const bound = writer.bind(loss);
			const gradients = grad(
				bound.node,
				xs.map(({ node }) => node),
			) as Node[];
			const code = `g${each}`;
			lines.push(`const ${code} = grad(${bound.code}, [${xs.map((x) => x.code).join(', ')}]);`);
			terms = gradients.map((node, i) => ({ node, code: `${code}[${i}]` }));
			returned.push(...gradients);
			codes.push(`...${code}`);
		}
		return { returned, lines, result: `[${codes.join(', ')}]` };
	}
}

/** A step of gradient descent for every Variable; returns the loss. */
function train(
	writer: Writer,
	outputs: readonly Value[],
	variables: readonly NamedVariable[],
	rate: number,
): { returned: Node[]; lines: string[]; result: string } {
	const { lines } = writer;
	const means = outputs.filter(isFloating).map((y) => call(call(y, 'square'), 'mean'));
	const loss =
		means.length === 0 ? null : writer.bind(means.reduce((sum, y) => call(sum, 'add', y)));
	if (loss === null) return { returned: [], lines, result: '[]' };
	const before = variables.map((each) => writer.bind(readOf(each)));
	const gradients = grad(
		loss.node,
		before.map(({ node }) => node),
	) as Node[];
	lines.push(`const g = grad(${loss.code}, [${before.map(({ code }) => code).join(', ')}]);`);
	for (const [i, { variable, code }] of variables.entries()) {
		const [w, g] = [before[i], gradients[i]];
		if (w === undefined || g === undefined) continue;
		const step = call(w, 'sub', call({ node: g, code: `g[${i}]` }, 'mul', rate));
		variable.assign(step.node);
		lines.push(`${code}.assign(${step.code});`);
	}
	return { returned: [loss.node], lines, result: `[${loss.code}]` };
}

function named(leaves: readonly Leaf[]): NamedVariable[] {
	return leaves.map((leaf, i) => ({
		variable: newVariable(leaf, `w${i}`),
		code: `w${i}`,
	}));
}

function newVariable(leaf: Leaf, name: string): Variable {
	return variable(tensorOf(leaf), { name });
}

function readOf({ variable, code }: NamedVariable): Value {
	return { node: variable.read(), code: `${code}.read()` };
}

function isFloating({ node: { dtype } }: Value): boolean {
	return dtype === 'f32' || dtype === 'f64';
}

/** A scalar to differentiate: half of the terms weigh by themselves, so that cotangents differ. */
function lossOf(terms: readonly Value[]): Value | null {
	const parts = terms
		.filter(isFloating)
		.map((term, i) =>
			call(call(i % 2 === 0 ? call(term, 'mul', term) : term, 'sum'), 'cast', 'f64'),
		);
	return parts.length === 0 ? null : parts.reduce((total, part) => call(total, 'add', part));
}
