import { DataFileError } from '@pullback/files';

/** The error that names a file: what was found in it and what was needed, and the byte, if one is at fault. */
export type Fault = (reason: string, offset?: number, cause?: unknown) => DataFileError;

export function faultOf(file: string): Fault {
	return (reason, offset, cause) =>
		new DataFileError(file, reason, {
			...(offset !== undefined && { offset }),
			...(cause !== undefined && { cause }),
		});
}
