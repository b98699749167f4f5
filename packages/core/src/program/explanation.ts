import { inspection } from '../graph/describe.ts';
import type { DType } from '../graph/dtype.ts';
import { formatShape, type Shape } from '../graph/shape.ts';
import { withoutFolder } from './sites.ts';

/** A Node of a program, in words. */
export interface NodeInWords {
	/** The operation; the name of a leaf, if it has one. */
	readonly operation: string;
	readonly shape: Shape;
	readonly dtype: DType;
	/** `file:line:column` where the function recorded it; empty if it was recorded before. */
	readonly site: string;
	/** The operation that the function recorded, if the engine computes it by this one and others. */
	readonly partOf: string | null;
	/** The Node of whose derivative it is part, with its line; null of others. */
	readonly derivativeOf: string | null;
}

/** A loop nest or algorithm that runs by itself: one of the functions of a program. */
export interface KernelInWords {
	readonly name: string;
	/** Kernels of one phase may run at the same time; each phase waits for the one before. */
	readonly phase: number;
	/** What it stores where, a line a loop or store. */
	readonly text: string;
	/** The Nodes that it was made for, of which it stores those that others read. */
	readonly nodes: readonly NodeInWords[];
	/** The lines that recorded what it computes, each once. */
	readonly sites: readonly string[];
	/** The parts that threads claim: as many threads as that, at most, can share it. */
	readonly chunks: number;
	/** About how many vector instructions it takes; of an interpreted Node, elements. */
	readonly cost: number;
	/** Additions, multiplications and other operations on elements in a run, each once wherever the text has it. */
	readonly operations: number;
	/** Bytes of the elements that a run reads and writes, each once. */
	readonly bytes: number;
}

/** A piece of memory that kernels read and write. */
export interface BufferInWords {
	/** What the texts of kernels call it. */
	readonly name: string;
	readonly role: 'input' | 'variable' | 'constant' | 'temporary';
	/** With what is added to fill cache lines. */
	readonly bytes: number;
	/** What it holds, or is there for. */
	readonly holds: string;
	/** The Nodes whose elements it holds; of packed operands and scratch memory, those that they are for. */
	readonly nodes: readonly NodeInWords[];
}

/** A Node whose elements are not part of its users' expressions. */
export interface StoredInWords {
	readonly node: NodeInWords;
	/** The name of its buffer; null if it stays in registers, as only its own kernel reads it. */
	readonly buffer: string | null;
	/** Why, in words; there may be several reasons. */
	readonly reasons: readonly string[];
}

/** A stored Node and a kernel that it might have been computed in. */
export interface RefusalInWords {
	readonly node: NodeInWords;
	/** The name of the kernel. */
	readonly kernel: string;
	/** Whether the Node reads what the kernel computes: then it is read from memory. */
	readonly reads: boolean;
	/** Why not, in words. */
	readonly reason: string;
}

/** Bytes that a program takes. */
export interface MemoryInWords {
	/** Values that live within a run, one where another has been, and packed operands. */
	readonly temporaries: number;
	readonly inputs: number;
	/** What depends on no input; equal constants of several programs are one. */
	readonly constants: number;
	readonly variables: number;
	/** Of the temporaries, operands of products that are rearranged before: all of them, even if one lies where another has been. */
	readonly packed: number;
}

/** Threads that a program runs on. */
export interface ThreadsInWords {
	readonly count: number;
	readonly reason: string;
}

/** What an engine says of a program. */
export interface Explained {
	readonly engine: string;
	/** In the order in which one thread runs them. */
	readonly kernels: readonly KernelInWords[];
	readonly buffers: readonly BufferInWords[];
	readonly stored: readonly StoredInWords[];
	readonly refusals: readonly RefusalInWords[];
	readonly memory: MemoryInWords;
	/** About how many vector instructions a run takes; interpreted, elements. */
	readonly cost: number;
	readonly threads: ThreadsInWords;
}

/** What a compiled function will be: its kernels, what each Node became, and why. As text by `toString`. */
export class PlanExplanation implements Explained {
	readonly engine: string;
	readonly kernels: readonly KernelInWords[];
	readonly buffers: readonly BufferInWords[];
	readonly stored: readonly StoredInWords[];
	readonly refusals: readonly RefusalInWords[];
	readonly memory: MemoryInWords;
	readonly cost: number;
	readonly threads: ThreadsInWords;

	constructor(explained: Explained) {
		this.engine = explained.engine;
		this.kernels = explained.kernels;
		this.buffers = explained.buffers;
		this.stored = explained.stored;
		this.refusals = explained.refusals;
		this.memory = explained.memory;
		this.cost = explained.cost;
		this.threads = explained.threads;
	}

	/** Kernel by kernel what it computes and stores, then what lies in memory and why, and what was not fused and why. */
	toString(): string {
		return withoutFolder(
			[
				this.#summary(),
				...this.#phases(),
				...this.#stored(),
				...this.#otherBuffers(),
				...this.#refusals(),
			].join('\n'),
			sitesOf(this.kernels),
		);
	}

	/** What `console.log` and `util.inspect` ask for. */
	[inspection](): string {
		return this.toString();
	}

	#summary(): string {
		const { engine, kernels, memory, cost, threads } = this;
		const costUnit = engine === 'interpreter' ? 'elements' : 'vector instructions';
		const phases = new Set(kernels.map(({ phase }) => phase)).size;
		const { temporaries, packed, inputs, variables, constants } = memory;
		const parts = [
			`temporaries ${counted(temporaries)}${packed > 0 ? ` (packed operands ${counted(packed)})` : ''}`,
			`inputs ${counted(inputs)}`,
			`Variables ${counted(variables)}`,
			`constants ${counted(constants)}`,
		];
		return [
			`${engine}: ${plural(kernels.length, 'kernel')} in ${plural(phases, 'phase')}, cost ${counted(cost)} ${costUnit}`,
			`threads: ${threads.count}, ${threads.reason}`,
			`bytes: ${parts.join(', ')}`,
		].join('\n');
	}

	#phases(): string[] {
		let phase = -1;
		return this.kernels.flatMap((kernel) => {
			const title = kernel.phase === phase ? [] : ['', `phase ${kernel.phase}`];
			phase = kernel.phase;
			return [...title, ...kernelText(kernel).map((line) => `  ${line}`)];
		});
	}

	#stored(): string[] {
		if (this.stored.length === 0) return [];
		return [
			'',
			'stored',
			...this.stored.flatMap(({ node, buffer, reasons }) => [
				`  ${buffer ?? 'in registers'}: ${inWords(node)}`,
				...reasons.map((reason) => `    ${reason}`),
			]),
		];
	}

	#otherBuffers(): string[] {
		const known = new Set(this.stored.map(({ buffer }) => buffer));
		const others = this.buffers.filter(({ name }) => !known.has(name));
		if (others.length === 0) return [];
		return [
			'',
			'other memory',
			...others.map(({ name, holds, bytes }) => `  ${name}: ${holds}, ${counted(bytes)} bytes`),
		];
	}

	#refusals(): string[] {
		const read = this.refusals.filter(({ reads }) => reads);
		if (read.length === 0) return [];
		return [
			'',
			'not computed in the kernel of what it reads',
			...read.map(({ node, kernel, reason }) => `  ${inWords(node)}, in ${kernel}: ${reason}`),
		];
	}
}

/** A kernel as lines: what it is for, and then its text. */
export function kernelText({ name, chunks, cost, nodes, text }: KernelInWords): string[] {
	return [
		`${name}, ${plural(chunks, 'chunk')}, cost ${counted(cost)}: ${nodesText(nodes)}`,
		...text.split('\n').map((line) => `  ${line}`),
	];
}

/** The Nodes of a kernel in a line; of many, the first and the last. */
export function nodesText(nodes: readonly NodeInWords[]): string {
	const texts = nodes.map(inWords);
	if (texts.length <= 4) return texts.join('; ');
	return `${texts[0]}; ${texts.length - 2} more; ${texts.at(-1)}`;
}

/** The lines that recorded what kernels compute. */
export function sitesOf(kernels: readonly KernelInWords[]): string[] {
	return kernels.flatMap(({ sites }) => sites);
}

/** `matmul f32[2, 3] at file:line:column`. */
export function inWords(node: NodeInWords): string {
	const { operation, shape, dtype, site, partOf, derivativeOf } = node;
	const part = partOf === null ? '' : ` for ${partOf}`;
	const derivative = derivativeOf === null ? '' : `, derivative of ${derivativeOf}`;
	const at = site === '' ? '' : ` at ${site}`;
	return `${operation} ${dtype}${formatShape(shape)}${part}${at}${derivative}`;
}

/** A whole number with its digits in threes. */
export function counted(count: number): string {
	return Math.round(count).toLocaleString('en-US');
}

export function plural(count: number, noun: string): string {
	return `${counted(count)} ${noun}${count === 1 ? '' : 's'}`;
}
