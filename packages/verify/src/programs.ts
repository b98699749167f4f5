import { type Node, sum, topologicalOrder } from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedArbitrary, checkedLength, numbers, shapes, tensorsOf } from './arbitraries.ts';

/** A value of a random program: its Node, and its name in the program's code. */
interface Value {
	readonly node: Node;
	readonly name: string;
}

/** A method call on a value: the method's name and arguments; null where it does not fit the operands. */
type Call = readonly [method: string, ...args: readonly unknown[]] | null;
/** A call, the value it is of, and the name of its result. */
interface NamedCall {
	readonly name: string;
	readonly x: Value;
	readonly call: NonNullable<Call>;
}
type Form = (x: Value, y: Value, choice: number) => Call;

/** The largest value: a larger one is slow to check by differences. */
const maxElements = 24;
/** The largest magnitude of an element: differences of one part of a value drown in the rounding of a far larger one. */
const maxMagnitude = 1000;

const axisOf = ({ node }: Value, choice: number): number => choice % Math.max(node.shape.length, 1);
const sizeOf = ({ node }: Value): number => node.shape.reduce((size, length) => size * length, 1);

/** Whether y broadcasts into the shape of x. */
const fits = (x: Value, y: Value): boolean => {
	const lead = x.node.shape.length - y.node.shape.length;
	return (
		lead >= 0 &&
		y.node.shape.every((length, i) => length === 1 || length === x.node.shape[lead + i])
	);
};
const withFitting = (x: Value, y: Value, method: string): Call => (fits(x, y) ? [method, y] : null);
/** What has no meaning for truth values. */
const ifNumeric = ({ node }: Value, call: Call): Call => (node.dtype === 'bool' ? null : call);

/** The first of all forms, to which instructions shrink: they vanish, and their operand stands for their result. */
const nothing: Form = () => null;

/** Operations with derivatives of every order. Programs whose values grow out of ordinary size are not drawn. */
const smoothForms: readonly Form[] = [
	() => ['sin'],
	() => ['tanh'],
	() => ['sigmoid'],
	(x) => ifNumeric(x, ['neg']),
	() => ['softplus'],
	() => ['erf'],
	() => ['exp'],
	(x, _, choice) => ifNumeric(x, ['pow', 2 + (choice % 2)]),
	(x, y) => withFitting(x, y, 'add'),
	(x, y) => ifNumeric(y, withFitting(x, y, 'sub')),
	(x, y) => withFitting(x, y, 'mul'),
	(x, _, choice) => ['sum', axisOf(x, choice)],
	(x, _, choice) => (sizeOf(x) > 0 ? ['mean', axisOf(x, choice), { keepDims: true }] : null),
	(x, _, choice) => ['softmax', axisOf(x, choice)],
	(x, _, choice) => (sizeOf(x) > 0 ? ['logSumExp', axisOf(x, choice)] : null),
	(x, _, choice) => ['cumsum', axisOf(x, choice)],
	() => ['reshape', [-1]],
	() => ['transpose'],
	() => ['flip'],
	(x, _, choice) => ['expandDims', choice % (x.node.shape.length + 1)],
	(x, _, choice) => (x.node.shape.length > 0 ? ['slice', [null, null, -1 - (choice % 2)]] : null),
	(x, _, choice) => (x.node.shape.length === 1 ? ['pad', [[choice % 2, 1]]] : null),
	(x, _, choice) => {
		const length = x.node.shape.at(-1) ?? 0;
		return length > 1 && sizeOf(x) <= maxElements / 2
			? ['windows', 2, { stride: 1 + (choice % 2) }]
			: null;
	},
	(x, _, choice) => {
		const [length = 0] = x.node.shape;
		return length > 0 ? ['take', [choice % length, 0]] : null;
	},
	(x, y) => (sizeOf(x) * sizeOf(y) <= maxElements ? ['outer', y] : null),
	(x, y) =>
		x.node.shape.at(-1) === y.node.shape.at(-2) && y.node.shape.length === 2 ? ['matmul', y] : null,
];

/** Operations with branches, whole numbers and truth values among their operands. */
const branchingForms: readonly Form[] = [
	() => ['relu'],
	(x) => ifNumeric(x, ['abs']),
	() => ['floor'],
	() => ['sort'],
	() => ['isFinite'],
	(x, _, choice) => ['argsort', axisOf(x, choice)],
	(x, y) => withFitting(x, y, 'maximum'),
	(x, y) => withFitting(x, y, 'less'),
	(x, _, choice) => (sizeOf(x) > 0 ? ['amax', axisOf(x, choice)] : null),
	(x, _, choice) => (sizeOf(x) > 0 ? ['argmax', axisOf(x, choice)] : null),
	(x, y) => (fits(x, y) ? ['where', y, 0.5] : null),
];

/** A random function of tensors: a list of operations with sharing, fan-out and branches that lead nowhere. */
export class RandomProgram {
	/** The input tensors it was drawn with, f64. */
	readonly inputs: readonly Node[];
	readonly #instructions: readonly Instruction[];
	readonly #forms: readonly Form[];

	constructor(
		inputs: readonly Node[],
		instructions: readonly Instruction[],
		forms: readonly Form[],
	) {
		this.inputs = inputs;
		this.#instructions = instructions;
		this.#forms = forms;
	}

	/** Its value for inputs of the shapes of its own: a scalar, to which every last value contributes. */
	run(...inputs: Node[]): Node {
		const terms = this.#trace(inputs).last.map(({ node }) => sum(node.cast('f64')));
		return terms.reduceRight((total, term) => term.add(total));
	}

	/**
	 * Its operations on values of another kind, one for each of its inputs: `call` does one, given the name of a
	 * method of Node, the values it is of, and its other arguments. Returns the last values, in order, which its own value is the sum of.
	 */
	replay<Other>(
		inputs: readonly Other[],
		call: (method: string, operands: readonly Other[], rest: readonly unknown[]) => Other,
	): Other[] {
		const { calls, last } = this.#trace(this.inputs);
		const values = new Map(inputs.map((input, i) => [`x${i}`, input]));
		const found = ({ name }: Value): Other => values.get(name) as Other; // computed in order
		for (const { name, x, call: each } of calls) {
			const [method, ...args] = each;
			const rest = args.filter((arg) => !isValue(arg));
			values.set(name, call(method, [x, ...args.filter(isValue)].map(found), rest));
		}
		return last.map(found);
	}

	/** The code of the program on its own inputs, to be pasted into a test. */
	toString(): string {
		const { calls, last } = this.#trace(this.inputs);
		const lines = calls.map(({ name, x, call }) => `const ${name} = ${codeOf(x, call)};`);
		const result = last
			.map(({ name }) => `sum(${name}.cast('f64'))`)
			.join('.add(')
			.concat(')'.repeat(last.length - 1));
		const inputs = this.inputs.map(
			(input, i) =>
				`const x${i} = tensor(${JSON.stringify(input.toArray())}, { dtype: 'f64', shape: [${input.shape}] });`,
		);
		return [...inputs, ...lines, `const y = ${result};`].join('\n');
	}

	/** What it does on inputs: its calls, and the values that no call uses. */
	#trace(inputs: readonly Node[]): { calls: NamedCall[]; last: Value[] } {
		const values: Value[] = inputs.map((node, i) => ({ node, name: `x${i}` }));
		const calls: NamedCall[] = [];
		const used = new Set<string>();
		for (const { form, operands, choice } of this.#instructions) {
			const [x, y] = operands.map((at) =>
				at < 0
					? values[values.length - 1 + ((at + 1) % values.length)]
					: values[at % inputs.length],
			) as [Value, Value]; // in range by the moduli
			const call = this.#forms[form % this.#forms.length]?.(x, y, choice) ?? null;
			const node = call && applied(x, call);
			if (call === null || node === null) {
				values.push(x); // what follows finds its operands where they were
				continue;
			}
			const name = `v${calls.length}`;
			calls.push({ name, x, call });
			for (const each of [x, ...call.filter(isValue)]) used.add(each.name);
			values.push({ node, name });
		}
		return { calls, last: [...new Set(values)].filter(({ name }) => !used.has(name)) };
	}
}

interface Instruction {
	readonly form: number;
	/** From 0 on, inputs; below 0, values counted from the last: what operands shrink to can always be had. */
	readonly operands: readonly [number, number];
	readonly choice: number;
}

/** What random programs are made of. */
export interface ProgramConstraints {
	/** Whether operations with branches, whole numbers and truth values occur; they do unless told. */
	readonly branches?: boolean;
	/** The most operations; 8 if left out. */
	readonly maxLength?: number;
	/** The elements of inputs; numbers from -2 to 2 if left out. */
	readonly elements?: fc.Arbitrary<number>;
}

/** Random well-typed programs, with inputs; they shrink to fewer operations on simpler tensors. */
export function programs(constraints?: ProgramConstraints): fc.Arbitrary<RandomProgram> {
	const {
		branches = true,
		maxLength = 8,
		elements = numbers([[-2, 2]]),
	} = checkedOptions('programs', constraints, ['branches', 'maxLength', 'elements']);
	checkedBoolean('programs', 'branches', branches);
	checkedArbitrary('programs', 'elements', elements);
	checkedLength('programs', 'maxLength', maxLength);
	const forms = [nothing, ...smoothForms, ...(branches ? branchingForms : [])];
	const operand = fc.integer({ min: -4, max: 1 });
	const instruction = fc.record({
		form: fc.nat(forms.length - 1),
		operands: fc.tuple(operand, operand),
		choice: fc.nat(5),
	});
	const input = shapes({ maxRank: 2 }).chain((shape) => tensorsOf(shape, elements));
	// Drawn from the last to the first, and before the inputs, for in that order they shrink, each to nothing: a
	// value after what uses it, and a program before the numbers that show what it does.
	return fc
		.tuple(
			fc.array(fc.option(instruction, { freq: 50 }), { minLength: 1, maxLength }),
			fc.array(input, { minLength: 1, maxLength: 2 }),
		)
		.map(([backwards, inputs]) => {
			const instructions = backwards.filter((each) => each !== null).toReversed();
			return new RandomProgram(inputs, instructions, forms);
		})
		.filter(isModerate);
}

function isModerate(program: RandomProgram): boolean {
	return topologicalOrder([program.run(...program.inputs)]).every((node) =>
		node.view().every((x) => Math.abs(x) <= maxMagnitude),
	);
}

function isValue(arg: unknown): arg is Value {
	return typeof arg === 'object' && arg !== null && 'node' in arg;
}

/** The call's value; null if it has grown too large. */
function applied({ node }: Value, [method, ...args]: NonNullable<Call>): Node | null {
	const methods = node as unknown as Record<string, (...args: readonly unknown[]) => Node>; // the forms name methods of Node
	const result = methods[method]?.call(node, ...args.map((arg) => (isValue(arg) ? arg.node : arg)));
	if (result === undefined) throw new Error(`internal: no method ${method}`);
	return sizeOf({ node: result, name: '' }) > maxElements ? null : result;
}

function codeOf({ name }: Value, [method, ...args]: NonNullable<Call>): string {
	return `${name}.${method}(${args.map((arg) => (isValue(arg) ? arg.name : JSON.stringify(arg))).join(', ')})`;
}
