export {
	type Box,
	type HeldVariable,
	type ModuleCall,
	type RecordedCalls,
	recordCalls,
} from './calls.ts';
export { type Drawable, drawGraph, graphDot } from './drawGraph.ts';
export type { Names } from './names.ts';
export type { GraphOptions } from './options.ts';
