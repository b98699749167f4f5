export { Buffer, buffer } from './buffer.ts';
export { callWith } from './callWith.ts';
export type { Mode } from './mode.ts';
export { type AnyModule, Module } from './module.ts';
export { type ParameterSelection, parametersOf } from './parametersOf.ts';
export {
	type Fitting,
	type Layer,
	type SequenceInput,
	type SequenceOutput,
	Sequential,
	sequential,
} from './sequential.ts';
export { Summary, type SummaryRow } from './summary.ts';
