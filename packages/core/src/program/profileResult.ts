import { inspection } from '../graph/describe.ts';
import type { Data } from '../graph/dtype.ts';
import {
	counted,
	type Explained,
	type KernelInWords,
	kernelText,
	nodesText,
	plural,
	sitesOf,
} from './explanation.ts';
import { withoutFolder } from './sites.ts';

/** What an engine has measured. */
export interface Profiled {
	readonly explained: Explained;
	/** The results of a run. */
	readonly outputs: readonly Data[];
	readonly runs: number;
	/** The median time of each kernel, in their order, in microseconds. */
	readonly kernels: readonly number[];
	/** That of a whole run which is not interrupted to look at the clock. */
	readonly whole: number;
}

/** A kernel and how long it takes. */
export interface KernelProfile extends KernelInWords {
	/** The median over all runs. */
	readonly microseconds: number;
	/** Its part of the time of all kernels: together they are 1. */
	readonly share: number;
	/** Billions of operations a second; 0 where it does none, and where the clock is too coarse to tell. */
	readonly gigaflops: number;
	/** Billions of bytes a second that it reads and writes; 0 where the clock is too coarse to tell. */
	readonly gigabytes: number;
}

/** How long each kernel of a function takes on one thread. As a table by `toString`. */
export class Profile<Returned> {
	readonly engine: string;
	/** The runs that the times are medians of. */
	readonly runs: number;
	/** In the order in which they run. */
	readonly kernels: readonly KernelProfile[];
	/** The sum of the kernels' times. */
	readonly microseconds: number;
	/** The median time of a whole run on one thread, which nothing interrupts. */
	readonly wholeMicroseconds: number;
	/** What the function returned. */
	readonly results: Returned;

	constructor({ explained, runs, kernels, whole }: Profiled, results: Returned) {
		const sum = kernels.reduce((total, each) => total + each, 0);
		this.engine = explained.engine;
		this.runs = runs;
		this.microseconds = sum;
		this.wholeMicroseconds = whole;
		this.results = results;
		this.kernels = explained.kernels.map((kernel, i): KernelProfile => {
			const microseconds = kernels[i] ?? 0;
			const per = microseconds === 0 ? 0 : 1 / (1000 * microseconds);
			return {
				...kernel,
				microseconds,
				share: sum === 0 ? 1 / kernels.length : microseconds / sum,
				gigaflops: kernel.operations * per,
				gigabytes: kernel.bytes * per,
			};
		});
	}

	/** A table of the kernels, those that take longest first, and then their texts in the order in which they run. */
	toString(): string {
		const { kernels } = this;
		const slowest = kernels.toSorted((a, b) => b.microseconds - a.microseconds);
		const table = aligned([
			['µs', 'share', 'GFLOP/s', 'GB/s', 'kernel', ''],
			...slowest.map((kernel) => [
				kernel.microseconds.toFixed(1),
				`${(100 * kernel.share).toFixed(1)}%`,
				kernel.operations === 0 ? '' : kernel.gigaflops.toFixed(2),
				kernel.gigabytes.toFixed(2),
				kernel.name,
				nodesText(kernel.nodes),
			]),
		]);
		return withoutFolder(
			[this.#summary(), '', ...table, '', ...kernels.flatMap(kernelText)].join('\n'),
			sitesOf(kernels),
		);
	}

	/** What `console.log` and `util.inspect` ask for. */
	[inspection](): string {
		return this.toString();
	}

	#summary(): string {
		const { engine, kernels, microseconds, wholeMicroseconds, runs } = this;
		return `${engine}, one thread: ${plural(kernels.length, 'kernel')} of ${counted(microseconds)} µs together, ${counted(wholeMicroseconds)} µs in one go; medians of ${plural(runs, 'run')}`;
	}
}

/** Rows as lines with their columns below each other, numbers to the right; all but the last two are numbers. */
function aligned(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	);
	return rows.map((row) =>
		row
			.map((cell, column) => {
				if (column === row.length - 1) return cell;
				const width = widths[column] ?? 0;
				return column === row.length - 2 ? cell.padEnd(width) : cell.padStart(width);
			})
			.join('  ')
			.trimEnd(),
	);
}
