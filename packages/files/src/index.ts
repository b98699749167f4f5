export {
	formatCheckpoint,
	loadCheckpoint,
	parseCheckpoint,
	readNotes,
	saveCheckpoint,
} from './checkpoint/checkpoint.ts';
export type { Handle } from './checkpoint/handle.ts';
export type { Note, Notes } from './checkpoint/notes.ts';
export type { Part, Parts } from './checkpoint/parts.ts';
export {
	type Resumable,
	type ResumableOptions,
	type RunPosition,
	resumable,
} from './checkpoint/resumable.ts';
export { DataFileError, type DataFileErrorOptions } from './dataFileError.ts';
export type { NamedTensors } from './namedTensors.ts';
export type { NpzOptions } from './npz.ts';
export { formatNpy, parseNpy } from './parseNpy.ts';
export { formatNpz, parseNpz } from './parseNpz.ts';
export { parsePickle } from './parsePickle.ts';
export { parsePyTorch } from './parsePyTorch.ts';
export { formatSafetensors, parseSafetensors, type Safetensors } from './parseSafetensors.ts';
export type { PickleKey, PickleValue } from './pickle/values.ts';
export { readNpy, writeNpy } from './readNpy.ts';
export { readNpz, writeNpz } from './readNpz.ts';
export { readPickle } from './readPickle.ts';
export { readPyTorch } from './readPyTorch.ts';
export {
	openSafetensors,
	readSafetensors,
	type SafetensorsReader,
	writeSafetensors,
} from './readSafetensors.ts';
export type { SafetensorsOptions } from './safetensors/format.ts';
export type { ShortFloat } from './safetensors/halves.ts';
export { tensorsOf } from './tensorsOf.ts';
