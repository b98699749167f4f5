export { DataFileError, type DataFileErrorOptions } from './dataFileError.ts';
export { parsePickle } from './parsePickle.ts';
export { parsePyTorch } from './parsePyTorch.ts';
export type { PickleKey, PickleValue } from './pickle/values.ts';
export { readPickle } from './readPickle.ts';
export { readPyTorch } from './readPyTorch.ts';
export { tensorsOf } from './tensorsOf.ts';
