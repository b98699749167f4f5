import type { Accesses } from '../ir/accesses.ts';
import type { Buffer } from '../ir/expression.ts';
import { bytesOf } from '../ir/plan.ts';
import type { Target } from '../target.ts';
import { FreeList } from './freeList.ts';
import { reusedBuffers } from './reuse.ts';

/**
 * Where temporary buffers lie: each from the phase that first writes it to the last that uses it, in the
 * first gap that is large enough, or where another is used up as it is written. `kept` buffers live to the end.
 */
export function planMemory(
	phases: readonly (readonly Accesses[])[],
	kept: ReadonlySet<Buffer>,
	target: Target,
): { offsets: Map<Buffer, number>; size: number } {
	const reused = reusedBuffers(phases, kept);
	const storageOf = (buffer: Buffer): Buffer => reused.get(buffer) ?? buffer;
	const births = new Map<Buffer, number>();
	const deaths = new Map<Buffer, number>();
	for (const [phase, accesses] of phases.entries())
		for (const { reads, writes } of accesses)
			for (const buffer of [...reads, ...writes]) {
				if (buffer.role !== 'temporary') continue;
				const storage = storageOf(buffer);
				if (!births.has(storage)) births.set(storage, phase);
				const death = kept.has(buffer) ? phases.length : phase;
				deaths.set(storage, Math.max(deaths.get(storage) ?? 0, death));
			}
	const born = phases.map((): Buffer[] => []);
	const dead = phases.map((): Buffer[] => []);
	for (const [buffer, phase] of births) born[phase]?.push(buffer);
	for (const [buffer, phase] of deaths) dead[phase]?.push(buffer);

	const offsets = new Map<Buffer, number>();
	const free = new FreeList();
	let size = 0;
	for (const [phase, buffers] of born.entries()) {
		// Large ones first: small ones fit what is left.
		for (const buffer of buffers.sort((a, b) => bytesOf(b, target) - bytesOf(a, target))) {
			const bytes = bytesOf(buffer, target);
			const gap = free.take(bytes);
			offsets.set(buffer, gap ?? size);
			if (gap === null) size += bytes;
		}
		for (const buffer of dead[phase] ?? [])
			free.add(offsets.get(buffer) ?? 0, bytesOf(buffer, target));
	}
	for (const buffer of reused.keys()) offsets.set(buffer, offsets.get(storageOf(buffer)) ?? 0);
	return { offsets, size };
}
