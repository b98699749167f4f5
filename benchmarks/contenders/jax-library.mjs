// jax-js, on as many threads as the command line says.
import { provideWebWorkers } from './web-workers.mjs';

const [threads = '1'] = process.argv.slice(2);
const threaded = threads !== '1';
if (threaded) {
	provideWebWorkers();
	Object.defineProperty(Reflect.get(globalThis, 'navigator'), 'hardwareConcurrency', {
		value: Number(threads),
	});
}

/** @typedef {import('@jax-js/jax').Array} Array_ */

export const {
	blockUntilReady,
	jit,
	lax,
	nn,
	numpy: np,
	tree,
	valueAndGrad,
} = await import('@jax-js/jax');

/** The one element; with workers only asynchronous readers wait for them; without, those that are not cost less. */
export const item = threaded
	? async (/** @type {Array_} */ x) => (await x.data())[0]
	: (/** @type {Array_} */ x) => x.dataSync()[0];

/** @param {{ shape: readonly number[], data: Float32Array }} numbers */
export const array = ({ shape, data }) => np.array(data).reshape(shape);

/**
 * A step of SGD.
 *
 * @template Parameters
 * @param {Parameters} parameters a tree
 * @param {number} learningRate
 * @param {readonly [x: Array_, t: Array_]} batch
 * @param {(parameters: Parameters, x: Array_, t: Array_) => Array_} lossOf
 */
export function trainedBySgd(parameters, learningRate, [x, t], lossOf) {
	let present = parameters;
	const step = jit(
		(/** @type {Parameters} */ parameters, /** @type {Array_} */ x, /** @type {Array_} */ t) => {
			const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), x, t);
			const next = tree.map((w, g) => w.sub(g.mul(learningRate)), parameters, gradients);
			return /** @type {const} */ ([loss, next]);
		},
	);
	return {
		run: () => {
			const [loss, next] = step(present, x.ref, t.ref);
			present = next;
			return item(loss);
		},
		// The loss is there before the gradients are.
		finish: () => blockUntilReady(present),
		read: Number,
		free: () => tree.dispose([present, x, t]),
	};
}
