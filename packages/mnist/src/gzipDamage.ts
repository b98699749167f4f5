import type { FileHandle } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';

/** What is fed at once where nothing is damaged, and then ever less, until the damage lies in one byte. */
const pieceBytes = [1 << 16, 1 << 8, 1];

/**
 * The byte of a damaged gzip file that cannot be inflated when all before it could, its end if only more is missing. The
 * file is inflated again, since Node does not tell how far it came.
 */
export async function damagedByte(handle: FileHandle, fileBytes: number): Promise<number> {
	let sound = 0;
	for (const size of pieceBytes) sound = await inflatable(handle, fileBytes, sound, size);
	return sound;
}

/** The bytes that can be inflated, at least: those known to be, and whole pieces of a size after them. */
async function inflatable(
	handle: FileHandle,
	fileBytes: number,
	known: number,
	size: number,
): Promise<number> {
	const gunzip = createGunzip();
	// Nobody wants the data.
	gunzip.resume();
	try {
		let sound = 0;
		while (sound < fileBytes) {
			const end = sound < known ? known : fileBytes;
			const length = Math.min(sound < known ? Math.max(...pieceBytes) : size, end - sound);
			const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, sound);
			if (bytesRead === 0 || !(await feed(gunzip, buffer.subarray(0, bytesRead)))) break;
			sound += bytesRead;
		}
		return sound;
	} finally {
		gunzip.destroy();
	}
}

/** Whether a piece could be inflated. */
function feed(gunzip: Gunzip, piece: Uint8Array): Promise<boolean> {
	return new Promise((resolve) => {
		const fail = (): void => resolve(false);
		gunzip.once('error', fail);
		gunzip.write(piece, () => {
			gunzip.off('error', fail);
			resolve(true);
		});
	});
}
