import './methods.ts';
import { endOfPackage } from './graph/callSite.ts';

export { detach } from './eager/detach.ts';
export { evaluate } from './eager/evaluate.ts';
export { compile, defaultEngine, explainPlan, profile } from './engines.ts';
export { type Data, type DType, dtypes, promote } from './graph/dtype.ts';
export { DTypeError, NonFiniteError, ShapeError } from './graph/errors.ts';
export { Late } from './graph/late.ts';
export { apply, Node } from './graph/node.ts';
export { type Observer, observing } from './graph/observe.ts';
export { topologicalOrder } from './graph/order.ts';
export { printGraph } from './graph/print.ts';
export { formatShape, type Shape } from './graph/shape.ts';
export * from './ops/activations.ts';
export * from './ops/adaptivePooling.ts';
export * from './ops/arithmetic.ts';
export type { AttentionOptions } from './ops/attention.ts';
export * from './ops/comparison.ts';
export * from './ops/convolution.ts';
export type { ConvolutionPadding } from './ops/convolutionPadding.ts';
export {
	arange,
	eye,
	full,
	linspace,
	ones,
	onesLike,
	tensor,
	zeros,
	zerosLike,
} from './ops/creation.ts';
export { einsum } from './ops/einsum.ts';
export * from './ops/gridSample.ts';
export { gather, oneHot, scatterAdd, take, takeAlongAxis } from './ops/indexing.ts';
export * from './ops/interpolation.ts';
export { dot, matmul, outer } from './ops/linearAlgebra.ts';
export type { MaxPoolOptions } from './ops/maxPoolWindows.ts';
export * from './ops/maxPoolWithIndices.ts';
export * from './ops/maxUnpool.ts';
export {
	broadcastTo,
	concatenate,
	expandDims,
	flatten,
	flip,
	permute,
	type Range,
	reshape,
	slice,
	split,
	squeeze,
	stack,
	transpose,
} from './ops/movement.ts';
export type { Nested, Operand, Readable } from './ops/operand.ts';
export { type PadMode, type PadOptions, pad, type Widths } from './ops/padding.ts';
export type { PerAxis } from './ops/perAxis.ts';
export * from './ops/pixelShuffle.ts';
export * from './ops/pooling.ts';
export type { ElementwiseName, ParamsOf, PrimitiveName } from './ops/primitives.ts';
export {
	bernoulli,
	normal,
	permutation,
	randomBits,
	randomIntegers,
	randomKey,
	splitKey,
	uniform,
} from './ops/random.ts';
export {
	all,
	amax,
	amin,
	any,
	argmax,
	argmin,
	cumsum,
	logSoftmax,
	logSumExp,
	max,
	mean,
	min,
	norm,
	prod,
	softmax,
	std,
	sum,
	variance,
} from './ops/reductions.ts';
export { argsort, sort } from './ops/sorting.ts';
export { type FoldOptions, fold, unfold, type WindowOptions, windows } from './ops/windows.ts';
export type { Argument, Given } from './program/arguments.ts';
export type { Compile, CompileOptions, Result } from './program/compile.ts';
export { compiler } from './program/compile.ts';
export {
	Cell,
	type Engine,
	type Graph,
	type Program,
	type TracedGraph,
	type Update,
} from './program/engine.ts';
export type { ExplainPlan, PlanOptions } from './program/explain.ts';
export type {
	BufferInWords,
	Explained,
	KernelInWords,
	MemoryInWords,
	NodeInWords,
	PlanExplanation,
	RefusalInWords,
	StoredInWords,
	ThreadsInWords,
} from './program/explanation.ts';
export type { ProfileFunction, ProfileOptions } from './program/profile.ts';
export type { KernelProfile, Profile, Profiled } from './program/profileResult.ts';
export { ready } from './program/ready.ts';
export {
	assignAll,
	substituting,
	Variable,
	type VariableOptions,
	variable,
} from './program/variable.ts';
export { interpreter } from './reference/interpreter.ts';
export { showInConsole } from './showInConsole.ts';
export { scaledDotProductAttention } from './transforms/attention.ts';
export { checkpoint } from './transforms/checkpoint.ts';
export { type CustomOperation, custom } from './transforms/custom.ts';
export { hessian, hvp, jacobian } from './transforms/derivatives.ts';
export { jvp } from './transforms/forward.ts';
export {
	type Differentiable,
	grad,
	gradOrNull,
	type NodeForEach,
	valueAndGrad,
	vjp,
} from './transforms/grad.ts';
export { type VmapOptions, vmap } from './transforms/vmap.ts';
export { type WasmEngineOptions, wasmEngine } from './wasm/engine.ts';
export { OutOfMemoryError } from './wasm/heap.ts';
export { ThreadError } from './wasm/threads/pool.ts';

endOfPackage();
