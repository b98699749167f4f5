/** The part of a writable stream that a {@link ProgressLine} uses. */
export interface ProgressStream {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

/** Redrawing more often is not seen. */
const terminalPauseMs = 100;

/** Lines in a log stay, so they come seldom. */
const logPauseMs = 10_000;

/** The width of a terminal that does not know its own, or says 0. */
const defaultColumns = 80;

/** One line that is redrawn in place on a terminal; elsewhere plain lines, seldom. */
export class ProgressLine {
	readonly #stream: ProgressStream;
	readonly #now: () => number;
	#last: number;
	#drawn = false;

	/** `now` gives milliseconds. */
	constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
		this.#stream = stream;
		this.#now = now;
		this.#last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
	}

	/** Shows what `describe` tells in place of what was shown before; does not ask if that was a moment ago. */
	update(describe: () => string): void {
		const { isTTY = false } = this.#stream;
		const now = this.#now();
		if (now - this.#last < (isTTY ? terminalPauseMs : logPauseMs)) return;
		this.#last = now;
		if (isTTY) {
			// A full last column makes some terminals wrap.
			const room = (this.#stream.columns || defaultColumns) - 1;
			this.#stream.write(`\r${describe().slice(0, room)}\x1b[K`);
			this.#drawn = true;
		} else {
			this.#stream.write(`${describe()}\n`);
		}
	}

	/** Writes a line that stays; the live line goes on below it. */
	print(text: string): void {
		this.clear();
		this.#stream.write(`${text}\n`);
	}

	/** Removes the live line. */
	clear(): void {
		if (!this.#drawn) return;
		this.#stream.write('\r\x1b[K');
		this.#drawn = false;
		this.#last = Number.NEGATIVE_INFINITY;
	}
}

/** Seconds as `42 s`, `3 min 05 s` or `2 h 07 min`. */
export function formatDuration(seconds: number): string {
	const whole = Math.max(Math.round(seconds), 0);
	const two = (value: number): string => String(value).padStart(2, '0');
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
	// Rounded to minutes first, so that no hour has 60 of them.
	const minutes = Math.round(whole / 60);
	return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
