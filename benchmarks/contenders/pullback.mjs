import { readFileSync } from 'node:fs';
import {
	compiler,
	conv2d,
	matmul,
	randomKey,
	sigmoid,
	softmax,
	tanh,
	tensor,
	variable,
	zeros,
} from '../../packages/core/dist/index.js';
import {
	Adam,
	Affine,
	Relu,
	SGD,
	sequential,
	softmaxCrossEntropy,
} from '../../packages/nn/dist/index.js';
import { convolution, factors, net, sample, table } from '../work/data.mjs';
import { serve } from './protocol.mjs';
import { compile, engine, note } from './pullback-engine.mjs';
import { array, trainImages, trainTransformer } from './pullback-nets.mjs';

/**
 * A training step, not yet compiled, and what it is called with.
 *
 * @param {import('../work/works.mjs').Training} spec
 * @param {ReturnType<typeof net>} data
 */
function training({ sizes, batch, optimizer: name, learningRate }, { images, labels, layers }) {
	const model = sequential(
		...layers.flatMap(({ inputs, outputs, weight }, i) => [
			...(i > 0 ? [new Relu()] : []),
			new Affine({
				inputs,
				outputs,
				key: randomKey(0),
				weight: (_, shape) => tensor(weight, { shape }),
			}),
		]),
	);
	const optimizer =
		name === 'adam'
			? new Adam(model.parameters(), { learningRate, epsilon: 1e-8 })
			: new SGD(model.parameters(), { learningRate });
	/**
	 * @param {import('../../packages/core/dist/index.js').Node} x
	 * @param {import('../../packages/core/dist/index.js').Node} t
	 */
	const step = (x, t) => {
		const loss = softmaxCrossEntropy(model.forward(x), t);
		optimizer.minimize(loss);
		return loss;
	};
	return {
		step,
		x: tensor(images, { shape: [batch, sizes[0] ?? 0] }),
		t: tensor(labels),
	};
}

/**
 * @param {import('../work/works.mjs').Training} spec
 * @param {ReturnType<typeof net>} data
 */
function train(spec, data) {
	const { step, x, t } = training(spec, data);
	const compiled = compile(step);
	return { run: () => compiled(x, t).item(), read: Number };
}

/** Compiles as `compile` does, to programs that do nothing: what is left to time is compiling. */
const onlyCompile = compiler({
	name: 'only compiling',
	compile: (graph) => {
		engine.compile(graph).free();
		return { run: () => graph.outputs.map(({ shape }) => zeros(shape).view()), free() {} };
	},
});

/**
 * Work whose large result stays where the engine keeps it, in a Variable, as the results of its peers stay in
 * theirs: `make` has it assigned.
 *
 * @param {number[]} shape
 * @param {(result: import('../../packages/core/dist/index.js').Variable) => () => void} make
 */
function kept(shape, make) {
	const result = variable(zeros(shape), { name: 'result' });
	return { run: make(result), read: () => sample(result.read().view()) };
}

await serve({
	version: JSON.parse(
		readFileSync(new URL('../../packages/core/package.json', import.meta.url), 'utf8'),
	).version,
	note,
	works: {
		train: (spec) => train(spec, net(spec)),
		compile: (spec) => {
			const { step, x, t } = training(spec, net(spec));
			return { run: () => onlyCompile(step)(x, t).item(), read: Number };
		},
		first: (spec) => {
			const data = net(spec); // made before the clock runs
			return { run: () => train(spec, data).run(), read: Number };
		},
		trainImages,
		trainTransformer,
		convolution: (spec) => {
			const { batch, outputs, size, padding } = spec; // as many pixels as before
			const { x, weight } = convolution(spec);
			const operands = /** @type {const} */ ([array(x), array(weight)]);
			return kept([batch, outputs, size, size], (result) => {
				const convolve = compile((x, w) => result.assign(conv2d(x, w, { padding })));
				return () => convolve(...operands);
			});
		},
		matmul: (spec) => {
			const data = factors(spec);
			const [a, b] = [array(data.a), array(data.b)];
			return kept([spec.rows, spec.columns], (product) => {
				const multiply = compile((x, y) => product.assign(matmul(x, y)));
				return () => multiply(a, b);
			});
		},
		elementwise: (spec) => {
			const data = table(spec);
			const x = tensor(data.x, { shape: [spec.rows, spec.columns] });
			const [scale, shift] = [tensor(data.scale), tensor(data.shift)];
			return kept([spec.rows, spec.columns], (result) => {
				const f = compile((x, scale, shift) =>
					result.assign(tanh(x.mul(scale).add(shift)).mul(sigmoid(x)).add(x)),
				);
				return () => f(x, scale, shift);
			});
		},
		softmax: (spec) => {
			const x = tensor(table(spec).x, { shape: [spec.rows, spec.columns] });
			return kept([spec.rows, spec.columns], (result) => {
				const f = compile((x) => result.assign(softmax(x)));
				return () => f(x);
			});
		},
		chain: ({ length }) => {
			const x = tensor(1);
			const f = compile((x) => {
				let y = x;
				for (let i = 0; i < length; i += 2) y = y.mul(0.999).add(0.0015);
				return y;
			});
			return { run: () => f(x).item(), read: Number };
		},
		call: () => {
			const x = tensor(1);
			const f = compile((x) => x.add(1));
			return { run: () => f(x).item(), read: Number };
		},
	},
});
