import fc from 'fast-check';

/** @typedef {import('../../packages/core/dist/index.js').Node} Node */
/** @typedef {import('../../packages/verify/test/catalogue/entry.ts').Entry} CatalogueEntry */

/**
 * An operand for another language: its elements, f32 as f64; or, of one that is among the operands before, which.
 * Numbers that JSON has not, -0 among them, are text.
 *
 * @typedef {{ shape: readonly number[], dtype: Exclude<Node['dtype'], 'f32'>, elements: (number | string)[] } | { same: number }} Operand
 */

/**
 * A function to be checked, by its expression in terms of PyTorch.
 *
 * @typedef {object} Request
 * @property {string} name
 * @property {boolean} right whether its derivatives are
 * @property {string} torch
 * @property {{ operands: Operand[], ours: Ours | null }[]} draws
 */

/**
 * What the function that the expression stands for computes: an expression that computes something else is a mistake.
 *
 * @typedef {object} Ours
 * @property {readonly number[]} shape
 * @property {(number | string)[]} value
 * @property {number[]} cotangent
 * @property {(number | string)[][]} gradients of the floating operands
 */

/**
 * What is asked about a catalogue: of every entry that has an expression, in the order of names, with operands that
 * `gradientProperty` draws from the same seed.
 *
 * @param {{ right: readonly CatalogueEntry[], faults: readonly CatalogueEntry[] }} catalogue
 * @param {{ draws: number, seed: number, core: typeof import('../../packages/core/dist/index.js') }} options the core that it is built on
 * @returns {Request[]}
 */
export function requestsOf({ right, faults }, { draws, seed, core }) {
	const all = [
		...right.map((entry) => ({ entry, right: true })),
		...faults.map((entry) => ({ entry, right: false })),
	];
	const names = new Set();
	for (const { entry } of all) {
		if (names.has(entry.name)) throw new Error(`catalogue: two entries are named ${entry.name}`);
		names.add(entry.name);
	}
	return all
		.flatMap(({ entry: { name, torch, f, operands }, right }) => {
			if (torch === undefined) return [];
			const drawn = fc.sample(operands, { numRuns: draws, seed });
			const described = drawn.map((nodes) => ({
				operands: operandsOf(nodes),
				ours: oursOf(core, f, nodes),
			}));
			return [{ name, right, torch, draws: described }];
		})
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Null where it throws, as some faults do.
 *
 * @param {typeof import('../../packages/core/dist/index.js')} core
 * @param {CatalogueEntry['f']} f
 * @param {readonly Node[]} nodes
 * @returns {Ours | null}
 */
function oursOf({ tensor, vjp }, f, nodes) {
	try {
		const inputs = nodes.map((node) => (node.dtype === 'f32' ? node.cast('f64') : node));
		const y = f(...inputs);
		const value = Array.from(y.view(), toJSON);
		const cotangent = value.map((_, i) => (i % 2 === 0 ? 0.5 : -0.75));
		const floating = inputs.filter(({ dtype }) => dtype === 'f64');
		const seed = tensor(Float64Array.from(cotangent), { shape: y.shape });
		const gradients = vjp(y, seed, floating).map((g) => Array.from(g.view(), toJSON));
		return { shape: y.shape, value, cotangent, gradients };
	} catch {
		return null;
	}
}

/**
 * @param {readonly Node[]} operands
 * @returns {Operand[]}
 */
function operandsOf(operands) {
	return operands.map((node, i) => {
		const before = operands.indexOf(node);
		if (before < i) return { same: before };
		const { shape, dtype } = node;
		return {
			shape,
			dtype: dtype === 'f32' ? 'f64' : dtype,
			elements: Array.from(node.view(), toJSON),
		};
	});
}

/** @param {number} x */
function toJSON(x) {
	if (Object.is(x, -0)) return '-0';
	return Number.isFinite(x) ? x : String(x);
}
