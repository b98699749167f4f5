import { readFileSync } from 'node:fs';
import { compiler, grad, sum, tensor, wasmEngine } from '../../../packages/core/dist/index.js';

/** @typedef {import('../../../packages/core/dist/index.js').Node} Node */

/** Methods whose results are not floating; they become so at once, as everywhere here. */
const whole = ['less', 'isFinite', 'argmax', 'argsort', 'cast'];

/** Ours, compiled, in f32 as the others are. */
/** @type {import('../script.mjs').Language} */
export const pullback = {
	name: 'pullback',
	heading: "import { compile, grad, sum, tensor } from '@pullback/core';",
	order: 2,
	async load() {
		const { version } = JSON.parse(
			readFileSync(new URL('../../../packages/core/package.json', import.meta.url), 'utf8'),
		);
		const engine = wasmEngine({ threads: 1 });
		if (engine === null) throw new Error('this machine has no WebAssembly with vectors');
		const compile = compiler(engine);
		return { version, globals: { compile, grad, sum, tensor } };
	},
	operation: ({ method, operands: [x, ...others], rest }) => {
		const args = [...others, ...rest.map((each) => JSON.stringify(each))];
		const receiver = method === 'where' ? `${x}.greater(0)` : x;
		return `${receiver}.${method}(${args.join(', ')})${whole.includes(method) ? ".cast('f32')" : ''}`;
	},
	tensor: (elements, shape) => `tensor([${elements}], { shape: [${shape}] })`,
	sum: (x, weights) =>
		weights === null ? `sum(${x})` : `sum(${x}.mul(tensor([${weights}], { shape: [${x.shape}] })))`,
	measurements: (inputs, slope) => {
		const [xs, gs] = [inputs.join(', '), inputs.map((_, i) => `g${i}`)];
		return [
			{ lines: [], result: `compile(f)(${xs})` },
			{ lines: [], result: `compile((${xs}) => grad(f(${xs}), [${xs}]))(${xs})` },
			{
				lines: [
					`const slope = (${xs}) => {`,
					`  const [${gs}] = grad(f(${xs}), [${xs}]);`,
					`  return ${slope(gs)};`,
					'};',
				],
				result: `compile((${xs}) => grad(slope(${xs}), [${xs}]))(${xs})`,
			},
		];
	},
	read: (result) =>
		[/** @type {Node | Node[]} */ (result)].flat().flatMap((node) => Array.from(node.view())),
};
