import { DataFileError } from '../dataFileError.ts';
import { systemReason } from '../paths.ts';

/** A file of a browser, as far as it is used here: a FileSystemFileHandle, such as of the origin private file system. */
export interface Handle {
	readonly name: string;
	getFile(): Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>;
	/** What is written stands in another file until it is closed. */
	createWritable(): Promise<{
		write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
		close(): Promise<void>;
		abort(): Promise<void>;
	}>;
}

/** Whether a value is a handle, and not a path. */
export function isHandle(file: unknown): file is Handle {
	return (
		typeof file === 'object' &&
		file !== null &&
		'createWritable' in file &&
		typeof file.createWritable === 'function'
	);
}

/** The bytes of a file. */
export async function readHandle(file: Handle): Promise<Uint8Array> {
	try {
		return new Uint8Array(await (await file.getFile()).arrayBuffer());
	} catch (error) {
		throw new DataFileError(file.name, `cannot read it: ${systemReason(error)}`, { cause: error });
	}
}

/** Writes a file, which keeps what it held until all pieces are written. */
export async function writeHandle(file: Handle, pieces: Iterable<Uint8Array>): Promise<void> {
	const failed = (error: unknown): DataFileError =>
		new DataFileError(file.name, `cannot write it: ${systemReason(error)}`, { cause: error });
	const stream = await file.createWritable().catch((error: unknown) => {
		throw failed(error);
	});
	try {
		// Browsers take no memory that threads share.
		for (const piece of pieces) await stream.write(new Uint8Array(piece));
		await stream.close();
	} catch (error) {
		await stream.abort().catch(() => undefined);
		throw failed(error);
	}
}
