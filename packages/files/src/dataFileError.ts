/** Details of a {@link DataFileError}. */
export interface DataFileErrorOptions extends ErrorOptions {
	/** The byte where the file goes wrong, counted from 0; left out when no single byte is at fault. */
	readonly offset?: number;
	/** True when `offset` counts bytes of what was compressed in the file, not of the file itself. */
	readonly inflated?: boolean;
}

/** The longest name of a file that a message shows whole; of a longer one it shows the end, which tells more. */
const maxNameCharacters = 500;

/** A data file that is missing, damaged, or not what it should be; the message names file, byte and reason. */
export class DataFileError extends Error {
	override readonly name = 'DataFileError';
	/** The file as the caller named it. */
	readonly file: string;
	/** The byte where the file goes wrong, counted from 0, or undefined when no single byte is at fault. */
	readonly offset: number | undefined;
	/** What was found and what was needed. */
	readonly reason: string;

	constructor(file: string, reason: string, options: DataFileErrorOptions = {}) {
		const { offset, inflated = false, ...rest } = options;
		const place =
			offset === undefined ? '' : ` at byte ${offset}${inflated ? ' of the inflated data' : ''}:`;
		super(`${shownName(file)}:${place} ${reason}`, rest);
		this.file = file;
		this.offset = offset;
		this.reason = reason;
	}
}

function shownName(file: string): string {
	return file.length > maxNameCharacters ? `...${file.slice(-maxNameCharacters)}` : file;
}
