import type { Buffer } from './expression.ts';
import { type Kernel, readsOf, writesOf } from './kernel.ts';
import { elementBytes } from './plan.ts';

/** Buffers begin at cache lines. */
const alignment = 64;
/** Vectors may be read a little beyond the last element. */
const slack = 16;

/** The bytes that a buffer takes, rounded up to whole cache lines. */
export function bytesOf({ dtype, size }: Buffer): number {
	return Math.ceil((size * elementBytes[dtype] + slack) / alignment) * alignment;
}

/** A stretch of memory that is free. */
interface Hole {
	offset: number;
	size: number;
}

/**
 * Where temporary buffers lie: each from the phase that first writes it to the last that uses it, in the
 * first hole that is large enough. `kept` buffers live to the end.
 */
export function planMemory(
	phases: readonly (readonly Kernel[])[],
	kept: ReadonlySet<Buffer>,
): { offsets: Map<Buffer, number>; size: number } {
	const births = new Map<Buffer, number>();
	const deaths = new Map<Buffer, number>();
	for (const [phase, kernels] of phases.entries())
		for (const kernel of kernels)
			for (const buffer of [...readsOf(kernel), ...writesOf(kernel)]) {
				if (buffer.role !== 'temporary') continue;
				if (!births.has(buffer)) births.set(buffer, phase);
				deaths.set(buffer, kept.has(buffer) ? phases.length : phase);
			}
	const born = phases.map((): Buffer[] => []);
	const dead = phases.map((): Buffer[] => []);
	for (const [buffer, phase] of births) born[phase]?.push(buffer);
	for (const [buffer, phase] of deaths) dead[phase]?.push(buffer);

	const offsets = new Map<Buffer, number>();
	const holes: Hole[] = [];
	let size = 0;
	for (const [phase, buffers] of born.entries()) {
		// Large ones first: small ones fit what is left.
		for (const buffer of buffers.sort((a, b) => bytesOf(b) - bytesOf(a))) {
			const bytes = bytesOf(buffer);
			const at = holes.findIndex((hole) => hole.size >= bytes);
			const hole = holes[at];
			if (hole === undefined) {
				offsets.set(buffer, size);
				size += bytes;
				continue;
			}
			offsets.set(buffer, hole.offset);
			hole.offset += bytes;
			hole.size -= bytes;
			if (hole.size === 0) holes.splice(at, 1);
		}
		for (const buffer of dead[phase] ?? [])
			giveBack(holes, { offset: offsets.get(buffer) ?? 0, size: bytesOf(buffer) });
	}
	return { offsets, size };
}

/** Adds a hole to those in ascending order, joined with its neighbours. */
function giveBack(holes: Hole[], hole: Hole): void {
	let at = holes.findIndex(({ offset }) => offset > hole.offset);
	if (at < 0) at = holes.length;
	holes.splice(at, 0, hole);
	const next = holes[at + 1];
	if (next !== undefined && hole.offset + hole.size === next.offset) {
		hole.size += next.size;
		holes.splice(at + 1, 1);
	}
	const previous = holes[at - 1];
	if (previous !== undefined && previous.offset + previous.size === hole.offset) {
		previous.size += hole.size;
		holes.splice(at, 1);
	}
}
