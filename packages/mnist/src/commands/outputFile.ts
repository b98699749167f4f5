import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataFileError } from '@pullback/files';
import { systemReason } from '@pullback/files/paths';
import { UsageError } from './errors.ts';

/** Refuses a file in a folder that is not there, before hours go into what is to be written. */
export function checkFolder(file: string | undefined): void {
	if (file !== undefined && !existsSync(dirname(file)))
		throw new UsageError(`found no folder ${dirname(file)}, which is to hold ${file}`);
}

/** Writes a picture, of PNG or as the text of SVG. Rejects with a {@link DataFileError} where the system cannot. */
export async function writePicture(file: string, picture: Uint8Array | string): Promise<void> {
	try {
		await writeFile(file, picture);
	} catch (cause) {
		throw new DataFileError(file, `cannot write it: ${systemReason(cause)}`, { cause });
	}
}
