import { readFileSync } from 'node:fs';
import { convolution, factors, net, sample, table } from '../work/data.mjs';
import {
	array,
	blockUntilReady,
	item,
	jit,
	lax,
	nn,
	np,
	trainedBySgd,
	tree,
	valueAndGrad,
} from './jax-library.mjs';
import { trainImages, trainTransformer } from './jax-nets.mjs';
import { serve } from './protocol.mjs';

/** @typedef {import('@jax-js/jax').Array} Array_ */
/** @typedef {{ weight: Array_, bias: Array_ }[]} Parameters */

/**
 * @param {import('../work/works.mjs').Training} spec
 * @param {ReturnType<typeof net>} data
 */
function train({ sizes, batch, optimizer, learningRate }, { images, labels, layers }) {
	const classes = sizes.at(-1) ?? 1;
	let parameters = layers.map(({ inputs, outputs, weight }) => ({
		weight: array({ shape: [inputs, outputs], data: weight }),
		bias: np.zeros([outputs]),
	}));
	const lossOf = (
		/** @type {Parameters} */ parameters,
		/** @type {Array_} */ x,
		/** @type {Array_} */ t,
	) => {
		let y = x;
		for (const [i, { weight, bias }] of parameters.entries()) {
			y = np.matmul(y, weight).add(bias);
			if (i < parameters.length - 1) y = nn.relu(y);
		}
		return nn
			.logSoftmax(y)
			.mul(nn.oneHot(t, classes))
			.sum()
			.mul(-1 / batch);
	};
	const x = array({ shape: [batch, sizes[0] ?? 0], data: images });
	const t = np.array(labels, { dtype: np.int32 });
	if (optimizer === 'sgd') return trainedBySgd(parameters, learningRate, [x, t], lossOf);
	let means = tree.map((w) => np.zerosLike(w.ref), parameters);
	let squares = tree.map((w) => np.zerosLike(w.ref), parameters);
	let time = 0;
	// Its bias correction is a number of each step, which the compiled function takes as an input.
	const step = jit(
		(
			/** @type {Parameters} */ parameters,
			/** @type {Parameters} */ means,
			/** @type {Parameters} */ squares,
			/** @type {Array_} */ rate,
			/** @type {Array_} */ x,
			/** @type {Array_} */ t,
		) => {
			const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), x, t);
			const m = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), means, tree.ref(gradients));
			const v = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), squares, gradients);
			const next = tree.map(
				(w, m, v) => w.sub(m.mul(rate.ref).div(np.sqrt(v).add(1e-8))),
				parameters,
				tree.ref(m),
				tree.ref(v),
			);
			rate.dispose();
			return /** @type {const} */ ([loss, next, m, v]);
		},
	);
	return {
		run: () => {
			time++;
			const rate = (learningRate * Math.sqrt(1 - 0.999 ** time)) / (1 - 0.9 ** time);
			const [loss, ...next] = step(parameters, means, squares, np.array(rate), x.ref, t.ref);
			[parameters, means, squares] = next;
			return item(loss);
		},
		finish: () => blockUntilReady([parameters, means, squares]),
		read: Number,
		free: () => tree.dispose([parameters, means, squares, x, t]),
	};
}

/**
 * A compiled function of arrays, applied to the same ones again and again.
 *
 * @param {readonly Array_[]} arrays
 * @param {(...arrays: Array_[]) => Array_} f
 */
function repeated(arrays, f) {
	const compiled = jit(f);
	/** @type {Array_ | null} */
	let result = null;
	return {
		run: async () => {
			result?.dispose();
			result = compiled(...arrays.map((array) => array.ref));
			await result.blockUntilReady();
			return result;
		},
		read: async (/** @type {Array_} */ y) => sample(await y.ref.data()),
		free: () => tree.dispose([arrays, result]),
	};
}

/**
 * A compiled function of a number.
 *
 * @param {(x: Array_) => Array_} f
 */
function ofScalar(f) {
	const x = np.array(1);
	const compiled = jit(f);
	return { run: () => item(compiled(x.ref)), read: Number, free: () => x.dispose() };
}

const { version } = JSON.parse(
	readFileSync(new URL('../node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
);

await serve({
	version,
	note: `on Node ${process.versions.node}`,
	asynchronous: true,
	works: {
		train: (spec) => train(spec, net(spec)),
		first: (spec) => {
			const data = net(spec); // made before the clock runs
			return {
				run: async () => {
					const { run, finish } = train(spec, data);
					const loss = await run();
					await finish();
					return loss;
				},
				read: Number,
			};
		},
		trainImages,
		trainTransformer,
		convolution: (spec) => {
			const { x, weight } = convolution(spec);
			const around = /** @type {const} */ ([spec.padding, spec.padding]);
			return repeated([array(x), array(weight)], (x, w) =>
				lax.convGeneralDilated(x, w, [1, 1], [around, around]),
			);
		},
		matmul: (spec) => {
			const { a, b } = factors(spec);
			return repeated([array(a), array(b)], (a, b) => np.matmul(a, b));
		},
		elementwise: (spec) => {
			const { x, scale, shift } = table(spec);
			const arrays = [
				array({ shape: [spec.rows, spec.columns], data: x }),
				np.array(scale),
				np.array(shift),
			];
			return repeated(arrays, (x, scale, shift) =>
				np.tanh(x.ref.mul(scale).add(shift)).mul(nn.sigmoid(x.ref)).add(x),
			);
		},
		softmax: (spec) =>
			repeated([array({ shape: [spec.rows, spec.columns], data: table(spec).x })], (x) =>
				nn.softmax(x),
			),
		chain: ({ length }) =>
			ofScalar((x) => {
				let y = x;
				for (let i = 0; i < length; i += 2) y = y.mul(0.999).add(0.0015);
				return y;
			}),
		call: () => ofScalar((x) => x.add(1)),
	},
});
