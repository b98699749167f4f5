import { readFileSync } from 'node:fs';

const list = JSON.stringify;

/** @typedef {import('../script.mjs').Call} Call */

/** What js-pytorch offers, by the method of Node that it is. */
const table = /** @type {Record<string, (call: Call) => string | null>} */ ({
	add: ({ operands: [x, y] }) => `${x}.add(${y})`,
	sub: ({ operands: [x, y] }) => `${x}.sub(${y})`,
	mul: ({ operands: [x, y] }) => `${x}.mul(${y})`,
	neg: ({ operands: [x] }) => `${x}.neg()`,
	exp: ({ operands: [x] }) => `${x}.exp()`,
	pow: ({ operands: [x], rest: [exponent] }) => `${x}.pow(${exponent})`,
	relu: ({ operands: [x] }) => `new torch.nn.ReLU().forward(${x})`,
	softmax: ({ operands: [x], rest: [axis] }) =>
		along(x, `new torch.nn.Softmax().forward(${x}, ${axis})`),
	sum: ({ operands: [x], rest: [axis] }) => along(x, `${x}.sum(${axis})`),
	// Its own way to keep an axis keeps the length too.
	mean: ({ operands: [x], rest: [axis], shape }) => along(x, reshaped(`${x}.mean(${axis})`, shape)),
	matmul: ({ operands: [x, y] }) =>
		x.shape.length === 2 && y?.shape.length === 2 ? `${x}.matmul(${y})` : null,
	transpose: ({ operands: [x] }) => (x.shape.length === 2 ? `${x}.transpose(0, 1)` : null),
	reshape: ({ operands: [x], shape }) => reshaped(String(x), shape),
	expandDims: ({ operands: [x], shape }) => reshaped(String(x), shape),
	take: ({ operands: [x], rest: [indices] }) => `${x}.at(${list(indices)})`,
});

/** js-pytorch, in JavaScript's own numbers. It has no scalars, but vectors of one element; and first derivatives alone. */
export const jsPytorch = /** @type {import('../script.mjs').Language} */ ({
	name: 'js-pytorch',
	heading: "import { torch } from 'js-pytorch';",
	order: 1,
	async load() {
		const { torch } = await import('js-pytorch');
		const { version } = JSON.parse(
			readFileSync(new URL('../../node_modules/js-pytorch/package.json', import.meta.url), 'utf8'),
		);
		return { version, globals: { torch } };
	},
	operation: (call) =>
		Object.hasOwn(table, call.method) && !call.shape.includes(0)
			? (table[call.method]?.(call) ?? null)
			: null,
	tensor: (elements, shape) =>
		shape.includes(0) ? null : `torch.tensor(${nested(elements, shape)}, true)`,
	sum: (x, weights) => {
		const each =
			weights === null ? String(x) : `${x}.mul(torch.tensor(${nested(weights, x.shape)}))`;
		return each + '.sum(0)'.repeat(Math.max(1, x.shape.length));
	},
	measurements: (inputs) => {
		const call = `f(${inputs.join(', ')})`;
		return [
			{ lines: [], result: `[${call}.data]` },
			{ lines: [`${call}.backward();`], result: `[${inputs.map((x) => `${x}.grad`).join(', ')}]` },
		];
	},
	read: (result) =>
		/** @type {number[]} */ (/** @type {unknown[]} */ (result).flat(Number.POSITIVE_INFINITY)),
	declines: /cannot be added/, // shapes that it does not broadcast
});

/**
 * @param {string} x
 * @param {readonly number[]} shape
 */
function reshaped(x, shape) {
	return `${x}.reshape([${shape.length === 0 ? 1 : shape}])`;
}

/**
 * @param {import('../script.mjs').Operand} x
 * @param {string} code
 */
function along(x, code) {
	return x.shape.length === 0 ? null : code; // a scalar has no axis
}

/**
 * Nested arrays, in code.
 *
 * @param {readonly number[]} elements
 * @param {readonly number[]} shape
 * @returns {string}
 */
function nested(elements, shape) {
	if (shape.length <= 1) return `[${elements}]`;
	const [length = 1, ...rest] = shape;
	const size = elements.length / length;
	const parts = Array.from({ length }, (_, i) =>
		nested(elements.slice(i * size, (i + 1) * size), rest),
	);
	return `[${parts.join(', ')}]`;
}
