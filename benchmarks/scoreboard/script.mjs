import { topologicalOrder } from '../../packages/core/dist/index.js';
import { applied, lastValues, weights } from './cases.mjs';

/** @typedef {import('./cases.mjs').Case} Case */

/**
 * An operand in code: its shape, and what stands for it in a template.
 *
 * @typedef {object} Operand
 * @property {readonly number[]} shape
 * @property {() => string} toString
 */

/**
 * An operation, named by its method of Node, with its other arguments and the shape of its result.
 *
 * @typedef {object} Call
 * @property {string} method
 * @property {readonly [Operand, ...Operand[]]} operands
 * @property {readonly unknown[]} rest
 * @property {readonly number[]} shape
 */

/**
 * How programs are written with a library, so that what is run is what a reader can paste.
 *
 * @typedef {object} Language
 * @property {string} name
 * @property {string} heading what to import, to paste the code elsewhere
 * @property {1 | 2} order the highest derivatives it offers
 * @property {() => Promise<{ version: string, globals: Record<string, unknown> }>} load the names that code uses
 * @property {(call: Call) => string | null} operation in code; null if the library offers none such
 * @property {(elements: readonly number[], shape: readonly number[]) => string | null} tensor
 * @property {(x: Operand, weights: readonly number[] | null) => string} sum of all elements, each times its weight if there are any
 * @property {(name: string) => string} [use] a value as an operand; its name, if left out
 * @property {(inputs: readonly string[], slope: (gradients: readonly string[]) => string) => readonly Measurement[]} measurements
 *   of `f`, as many as its order allows and one: the value, the gradients, those of their weighted sum
 * @property {(x: string) => string} [idle] a term of the loss for an input that does nothing, if the library refuses its gradient
 * @property {(result: unknown) => number[]} read all elements of what a measurement gave
 * @property {(result: string) => string} [show] what prints well of a measurement's result; itself, if left out
 * @property {(run: () => number[]) => number[]} [within] runs a measurement, and frees what it held
 * @property {RegExp} [declines] messages of errors that say that something is not offered
 */

/**
 * @typedef {object} Measurement
 * @property {readonly string[]} lines before it
 * @property {string} result an expression
 */

/**
 * A case written in a language: the code of each measurement; or which operation is missing.
 *
 * @param {Case} theCase
 * @param {Language} language
 * @returns {{ missing: string } | { scripts: readonly Measurement[] }}
 */
export function write(theCase, language) {
	const { program } = theCase;
	/** @type {string[]} */
	const missing = [];
	const inputs = program.inputs.map((node, i) => {
		const code = language.tensor(Array.from(node.view()), node.shape);
		if (code === null) missing.push('a tensor of this shape');
		return { node, name: `x${i}`, line: `const x${i} = ${code};` };
	});
	/** @type {string[]} */
	const lines = [];
	const operand = (/** @type {{ node: import('./cases.mjs').Node, name: string }} */ value) => ({
		shape: value.node.shape,
		toString: () => language.use?.(value.name) ?? value.name,
	});
	const last = lastValues(
		theCase,
		/** @type {{ node: import('./cases.mjs').Node, name: string }[]} */ (inputs),
		(method, operands, rest) => {
			const nodes = operands.map(({ node }) => node);
			const node = applied(method, nodes, rest).cast('f64');
			const code = language.operation({
				method,
				operands: /** @type {[Operand, ...Operand[]]} */ (operands.map(operand)), // one at least
				rest,
				shape: node.shape,
			});
			if (code === null) missing.push(method);
			const name = `v${lines.length}`;
			lines.push(`const ${name} = ${code};`);
			return { node, name };
		},
	);
	if (missing[0] !== undefined) return { missing: missing[0] };

	const sum = (/** @type {Operand} */ x) =>
		language.sum(x, weights(x.shape).length === 1 ? null : weights(x.shape));
	const total = (/** @type {readonly string[]} */ terms) =>
		terms.reduce((a, b) => {
			const [x, y] = [a, b].map((code) => ({ shape: [], toString: () => code }));
			return (
				language.operation({
					method: 'add',
					operands: /** @type {[Operand, Operand]} */ ([x, y]),
					rest: [],
					shape: [],
				}) ?? ''
			);
		});
	const names = inputs.map(({ name }) => name);
	const used = new Set(topologicalOrder(last.map(({ node }) => node)));
	const idle = inputs
		.filter(({ node }) => !used.has(node))
		.map(({ name }) => language.idle?.(name) ?? []);
	const terms = [...last.map((value) => sum(operand(value))), ...idle.flat()];
	const define = [
		...inputs.map(({ line }) => line),
		`const f = (${names.join(', ')}) => {`,
		...lines.map((line) => `  ${line}`),
		`  return ${total(terms)};`,
		'};',
	];
	const slope = (/** @type {readonly string[]} */ gradients) =>
		total(
			gradients.map((name, i) =>
				sum(operand({ node: /** @type {typeof inputs[number]} */ (inputs[i]).node, name })),
			),
		);
	return {
		scripts: language
			.measurements(names, slope)
			.map(({ lines: more, result }) => ({ lines: [...define, ...more], result })),
	};
}
