// An engine of one's own: it prints neighbouring elementwise operations as one loop of JavaScript, and leaves all other
// operations to the interpreter, one at a time. CONTRIBUTING.md explains engines by it.
import {
	apply,
	Cell,
	compiler,
	type Data,
	type ElementwiseName,
	type Engine,
	type Graph,
	interpreter,
	type Node,
	type ParamsOf,
	type Program,
	tensor,
	topologicalOrder,
} from '@pullback/core';

/** The operations that are printed, by the text of their operands; of f32, too, their results are those of f64, rounded. */
const texts: { readonly [Name in ElementwiseName]?: (x: string, y: string) => string } = {
	add: (x, y) => `${x} + ${y}`,
	mul: (x, y) => `${x} * ${y}`,
	div: (x, y) => `${x} / ${y}`,
	neg: (x) => `-${x}`,
	abs: (x) => `Math.abs(${x})`,
	sqrt: (x) => `Math.sqrt(${x})`,
	floor: (x) => `Math.floor(${x})`,
	ceil: (x) => `Math.ceil(${x})`,
};

/** The elements of the Nodes that a run has met. */
type Memory = Map<Node, Data>;

/** A part of a run: it reads what earlier ones have written. */
type Step = (memory: Memory) => void;

/** An engine that computes in JavaScript. */
export const toyEngine: Engine = { name: 'toy', compile };

function compile({ inputs, outputs, updates }: Graph): Program {
	const roots = [...outputs, ...updates.map(({ value }) => value)];
	// What was computed before is kept by its Node, and computed no more.
	const order = topologicalOrder(roots, ({ value }) => value !== null);
	const cells = new Map<Node, Cell>();
	for (const node of order) {
		if (node.primitive.name !== 'variable') continue;
		const { cell } = node.params as ParamsOf<'variable'>; // by its name
		if (cell instanceof Cell) cells.set(node, cell);
	}
	const given = new Set<Node>([...inputs, ...cells.keys()]);
	const steps = stepsOf(order.filter((node) => !given.has(node)));
	return {
		run(values) {
			const memory: Memory = new Map();
			for (const [i, node] of inputs.entries()) memory.set(node, values[i] as Data); // one each
			for (const [node, cell] of cells) memory.set(node, cell.read());
			for (const step of steps) step(memory);
			// No Variable changes before everything has been computed: nothing can fail from here on.
			const results = roots.map((root) => elementsOf(root, memory));
			for (const [i, { cell }] of updates.entries())
				cell.write(results[outputs.length + i] as Data); // as many
			return results.slice(0, outputs.length);
		},
		free() {},
	};
}

function elementsOf(node: Node, memory: Memory): Data {
	const data = node.value ?? memory.get(node);
	if (data === undefined) throw new Error('internal: a Node that no step has computed');
	return data;
}

/** Printed Nodes that follow one another and have as many elements are one step, every other Node is one by itself. */
function stepsOf(order: readonly Node[]): Step[] {
	const steps: Step[] = [];
	let neighbours: Node[] = [];
	const finish = (): void => {
		if (neighbours.length > 0) steps.push(loopOf(neighbours));
		neighbours = [];
	};
	for (const node of order) {
		const [first] = neighbours;
		if (!isPrinted(node) || (first !== undefined && sizeOf(first) !== sizeOf(node))) finish();
		if (isPrinted(node)) neighbours.push(node);
		else steps.push(interpreted(node));
	}
	finish();
	return steps;
}

function isPrinted({ primitive, dtype }: Node): boolean {
	return Object.hasOwn(texts, primitive.name) && (dtype === 'f32' || dtype === 'f64');
}

function sizeOf({ shape }: Node): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** One loop over the elements of all `nodes`. */
function loopOf(nodes: readonly Node[]): Step {
	const names = new Map<Node, string>();
	const sources: Node[] = [];
	const lines: string[] = [];
	for (const [k, node] of nodes.entries()) {
		for (const input of node.inputs) {
			if (names.has(input)) continue;
			names.set(input, `sources[${sources.length}][i]`);
			sources.push(input);
		}
		const [x = '', y = ''] = node.inputs.map((input) => names.get(input));
		const text = texts[node.primitive.name as ElementwiseName]?.(x, y) ?? ''; // by `isPrinted`
		lines.push(`const v${k} = ${node.dtype === 'f32' ? `Math.fround(${text})` : text};`);
		lines.push(`results[${k}][i] = v${k};`);
		names.set(node, `v${k}`);
	}
	const body = `for (let i = 0; i < size; i++) {\n${lines.join('\n')}\n}`;
	const loop = new Function('size', 'sources', 'results', body);
	return (memory) => {
		const operands = sources.map((source) => elementsOf(source, memory));
		const results = nodes.map((node) => {
			const data =
				node.dtype === 'f32' ? new Float32Array(sizeOf(node)) : new Float64Array(sizeOf(node));
			memory.set(node, data);
			return data;
		});
		loop(nodes[0] === undefined ? 0 : sizeOf(nodes[0]), operands, results);
	};
}

/** A Node by itself: a function of its operands that is compiled for the interpreter. */
function interpreted(node: Node): Step {
	const { primitive, inputs, params } = node;
	const f = compiler(interpreter)((...operands: Node[]) => apply(primitive, operands, params));
	return (memory) => {
		const operands = inputs.map((input) =>
			tensor(elementsOf(input, memory), { dtype: input.dtype }).reshape(input.shape),
		);
		memory.set(node, f(...operands).view());
	};
}
