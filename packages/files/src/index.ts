export { DataFileError, type DataFileErrorOptions } from './dataFileError.ts';
