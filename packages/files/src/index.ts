export { DataFileError, type DataFileErrorOptions } from './dataFileError.ts';
export type { NamedTensors } from './namedTensors.ts';
export { parsePickle } from './parsePickle.ts';
export { formatSafetensors, parseSafetensors, type Safetensors } from './parseSafetensors.ts';
export type { PickleKey, PickleValue } from './pickle/values.ts';
export { readPickle } from './readPickle.ts';
export {
	openSafetensors,
	readSafetensors,
	type SafetensorsReader,
	writeSafetensors,
} from './readSafetensors.ts';
export type { SafetensorsOptions } from './safetensors/format.ts';
export type { ShortFloat } from './safetensors/halves.ts';
