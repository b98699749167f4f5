import type { Level, Output } from './messages.ts';

/** How much of what a program writes is kept. */
interface Limits {
	readonly lines: number;
	/** Of all texts together. */
	readonly characters: number;
	readonly pictures: number;
	/** Of one picture, in characters. */
	readonly pictureCharacters: number;
}

const usual: Limits = {
	lines: 1000,
	characters: 100_000,
	pictures: 40,
	pictureCharacters: 2_000_000,
};

/** Milliseconds between two accounts of what is left out. */
const accountInterval = 200;

/** Passes on what a program writes up to limits, so that one that writes for ever fills no memory, and counts the rest. */
export class BoundedOutput {
	readonly #post: (output: Output) => void;
	readonly #limits: Limits;
	readonly #now: () => number;
	#lines = 0;
	#characters = 0;
	#pictures = 0;
	#omittedLines = 0;
	#omittedCharacters = 0;
	#isTold = true;
	#toldAt = -Infinity;

	constructor(
		post: (output: Output) => void,
		limits: Limits = usual,
		now: () => number = () => performance.now(),
	) {
		this.#post = post;
		this.#limits = limits;
		this.#now = now;
	}

	/** Passes on a text of one or more lines, or as much of it as there is room for. */
	text(text: string, level: Level = 'plain'): void {
		const { lines, characters } = this.#limits;
		const roomInLines = Math.max(0, lines - this.#lines);
		const roomInCharacters = Math.max(0, characters - this.#characters);
		const end = Math.min(endOfLines(text, roomInLines), roomInCharacters, text.length);
		const kept = text.slice(0, end);
		const isWhole = end === text.length && roomInLines > 0;
		if (isWhole || end > 0) {
			this.#lines += linesIn(kept);
			this.#characters += kept.length;
			this.#post({ kind: 'text', text: kept, level });
		}
		if (isWhole) return;
		this.#omittedLines += linesIn(text) - (end > 0 ? linesIn(kept) - 1 : 0);
		this.#omit(text.length - end);
	}

	/** Passes on a picture, if there is room for it. */
	picture(svg: string): void {
		const { pictures, pictureCharacters } = this.#limits;
		if (this.#pictures < pictures && svg.length <= pictureCharacters) {
			this.#pictures++;
			this.#post({ kind: 'picture', svg });
			return;
		}
		this.#omittedLines++;
		this.#omit(svg.length);
	}

	/** Tells what has been left out, if that has not been told. */
	flush(): void {
		if (this.#isTold) return;
		this.#isTold = true;
		this.#toldAt = this.#now();
		this.#post({
			kind: 'omitted',
			lines: this.#omittedLines,
			characters: this.#omittedCharacters,
		});
	}

	#omit(characters: number): void {
		this.#omittedCharacters += characters;
		this.#isTold = false;
		if (this.#now() - this.#toldAt >= accountInterval) this.flush();
	}
}

function linesIn(text: string): number {
	let lines = 1;
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
	return lines;
}

/** Where the first lines of a text end, so many of them. */
function endOfLines(text: string, lines: number): number {
	if (lines === 0) return 0;
	let at = -1;
	for (let i = 0; i < lines; i++) {
		at = text.indexOf('\n', at + 1);
		if (at < 0) return text.length;
	}
	return at;
}
