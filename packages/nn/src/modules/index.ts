export { Buffer, buffer } from './buffer.ts';
export { type CallObserver, observingCalls } from './calls.ts';
export { callWith } from './callWith.ts';
export { type LoadOptions, loadState } from './loadState.ts';
export type { Mode } from './mode.ts';
export { type AnyModule, Module } from './module.ts';
export { type ParameterSelection, parametersOf } from './parametersOf.ts';
export type { Rename } from './rename.ts';
export {
	type Fitting,
	type Layer,
	type SequenceInput,
	type SequenceOutput,
	Sequential,
	sequential,
} from './sequential.ts';
export { stateOf } from './stateOf.ts';
export { type Mismatch, StateError, type StateReport } from './stateReport.ts';
export { Summary, type SummaryRow } from './summary.ts';
