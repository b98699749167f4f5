// What the contenders and the scoreboard use of their peers, which `npm ci` in this folder installs: their own
// types are there only then.

declare module '@jax-js/jax' {
	/** An operation takes its operands over, unless they are passed as their `ref`. */
	export interface Array {
		readonly ref: Array;
		readonly shape: readonly number[];
		add(other: Array | number): Array;
		sub(other: Array | number): Array;
		mul(other: Array | number): Array;
		div(other: Array | number): Array;
		sum(): Array;
		mean(axes?: readonly number[]): Array;
		reshape(shape: readonly number[]): Array;
		data(): Promise<Float32Array>;
		dataSync(): Float32Array;
		blockUntilReady(): Promise<Array>;
		dispose(): void;
	}

	type DType = 'float32' | 'int32';

	export const numpy: {
		readonly int32: DType;
		readonly float32: DType;
		array(
			data: number | Float32Array | Int32Array,
			options?: { readonly shape?: readonly number[]; readonly dtype?: DType },
		): Array;
		zeros(shape: readonly number[]): Array;
		zerosLike(x: Array): Array;
		matmul(x: Array, y: Array): Array;
		max(x: Array): Array;
		square(x: Array): Array;
		sqrt(x: Array): Array;
		tanh(x: Array): Array;
	};

	export const nn: {
		relu(x: Array): Array;
		gelu(x: Array, options: { readonly approximate: boolean }): Array;
		sigmoid(x: Array): Array;
		softmax(x: Array): Array;
		logSoftmax(x: Array): Array;
		oneHot(x: Array, classes: number): Array;
		standardize(x: Array): Array;
		/** Of [batch, tokens, heads, width]. */
		dotProductAttention(query: Array, key: Array, value: Array): Array;
	};

	export const lax: {
		/** Of [batch, in, ...] and [out, in / groups, ...]. */
		convGeneralDilated(
			x: Array,
			weight: Array,
			strides: readonly number[],
			padding: readonly (readonly [before: number, after: number])[],
			options?: { readonly featureGroupCount: number },
		): Array;
		reduceWindow(
			x: Array,
			computation: (window: Array) => Array,
			window: readonly number[],
			strides: readonly number[],
		): Array;
	};
	export const grad: unknown;

	/** Arrays, in arrays and objects. */
	export const tree: {
		ref<Tree>(tree: Tree): Tree;
		map<Tree>(f: (...leaves: Array[]) => Array, first: Tree, ...rest: Tree[]): Tree;
		dispose(tree: unknown): void;
	};

	export function jit<Args extends readonly unknown[], Result>(
		f: (...args: Args) => Result,
	): (...args: Args) => Result;
	/** The value, and the gradient in the first argument. */
	export function valueAndGrad<Tree, Rest extends readonly unknown[]>(
		f: (tree: Tree, ...rest: Rest) => Array,
	): (tree: Tree, ...rest: Rest) => [Array, Tree];
	export function blockUntilReady(tree: unknown): Promise<unknown>;
}

declare module '@tensorflow/tfjs-core' {
	export interface Tensor {
		readonly shape: readonly number[];
		dataSync(): Float32Array;
		data(): Promise<Float32Array>;
		dispose(): void;
	}
	interface Optimizer {
		minimize(f: () => Tensor, returnCost: true): Tensor;
		dispose(): void;
	}

	export const version_core: string;
	export const train: {
		adam(learningRate: number, beta1: number, beta2: number, epsilon: number): Optimizer;
		sgd(learningRate: number): Optimizer;
	};
	export const losses: {
		softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor;
		meanSquaredError(labels: Tensor, predictions: Tensor): Tensor;
	};
	export function env(): { set(flag: string, value: boolean): void };
	export function engine(): { startScope(): void; endScope(): void };
	export function setBackend(name: string): Promise<boolean>;
	export function ready(): Promise<void>;
	export function variable(initial: Tensor): Tensor;
	export function scalar(value: number): Tensor;
	export function zeros(shape: readonly number[]): Tensor;
	export function ones(shape: readonly number[]): Tensor;
	export function tensor(data: Float32Array, shape: readonly number[]): Tensor;
	export function tensor1d(data: Float32Array | Int32Array, dtype?: 'int32'): Tensor;
	export function tensor2d(data: Float32Array, shape: readonly [number, number]): Tensor;
	export function add(x: Tensor, y: Tensor | number): Tensor;
	export function mul(x: Tensor, y: Tensor | number): Tensor;
	export function sub(x: Tensor, y: Tensor): Tensor;
	export function matMul(x: Tensor, y: Tensor, transposeX?: boolean, transposeY?: boolean): Tensor;
	/** Of [batch, height, width, in] and [height, width, in, out]. */
	export function conv2d(x: Tensor, filter: Tensor, stride: number, padding: number): Tensor;
	/** Of [batch, height, width, in] and [height, width, in, outputs of each]. */
	export function depthwiseConv2d(
		x: Tensor,
		filter: Tensor,
		stride: number,
		padding: number,
	): Tensor;
	export function maxPool(x: Tensor, size: number, stride: number, padding: 'valid'): Tensor;
	export function mean(x: Tensor, axes: readonly number[]): Tensor;
	export function moments(
		x: Tensor,
		axis: number,
		keepDims: boolean,
	): { readonly mean: Tensor; readonly variance: Tensor };
	export function reshape(x: Tensor, shape: readonly number[]): Tensor;
	export function transpose(x: Tensor, order: readonly number[]): Tensor;
	export function rsqrt(x: Tensor): Tensor;
	export function erf(x: Tensor): Tensor;
	export function relu(x: Tensor): Tensor;
	export function tanh(x: Tensor): Tensor;
	export function sigmoid(x: Tensor): Tensor;
	export function softmax(x: Tensor): Tensor;
	export function oneHot(x: Tensor, depth: number): Tensor;
	export function tidy<Result>(f: () => Result): Result;
	export function dispose(tensors: unknown): void;
}

declare module '@tensorflow/tfjs-core/dist/register_all_gradients.js' {}

declare module '@tensorflow/tfjs-backend-cpu' {}

declare module '@tensorflow/tfjs-backend-wasm' {
	export function setThreadsCount(count: number): void;
	export function getThreadsCount(): number;
	/** The folder of its three files, which it fetches one of. */
	export function setWasmPaths(folder: string): void;
}

declare module '@tensorflow/tfjs-backend-webgl' {}

declare module 'js-pytorch' {
	export const torch: object;
}
