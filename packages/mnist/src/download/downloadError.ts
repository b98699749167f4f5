/** A file that no mirror gave whole, or a folder that cannot hold it; the message says what to do. */
export class DownloadError extends Error {
	override readonly name = 'DownloadError';
}
