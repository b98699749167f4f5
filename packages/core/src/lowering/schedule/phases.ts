import type { Accesses } from '../ir/accesses.ts';
import type { Buffer } from '../ir/expression.ts';

/**
 * Kernels, given in an order that is right one by one, in as few phases as may be: each goes to the phase after
 * the last that writes what it reads or writes, or reads what it writes. Variables change only after every check.
 */
export function phasesOf(accesses: readonly Accesses[]): Accesses[][] {
	const phases: Accesses[][] = [];
	const written = new Map<Buffer, number>();
	const inParts = new Map<Buffer, number>();
	const read = new Map<Buffer, number>();
	let checked = -1;
	for (const use of accesses) {
		const { kernel, reads, writes } = use;
		let phase = 0;
		const after = (earlier: number | undefined): void => {
			if (earlier !== undefined) phase = Math.max(phase, earlier + 1);
		};
		const part = kernel.kind === 'rows' && kernel.part === true;
		for (const buffer of reads) {
			after(written.get(buffer));
			after(inParts.get(buffer));
		}
		for (const buffer of writes) {
			after(written.get(buffer));
			if (!part) after(inParts.get(buffer));
			after(read.get(buffer));
			if (buffer.role === 'variable' && kernel.kind !== 'check') after(checked);
		}
		for (const buffer of reads) read.set(buffer, Math.max(read.get(buffer) ?? 0, phase));
		for (const buffer of writes)
			if (part) inParts.set(buffer, Math.max(inParts.get(buffer) ?? 0, phase));
			else written.set(buffer, phase);
		if (kernel.kind === 'check') checked = Math.max(checked, phase);
		while (phases.length <= phase) phases.push([]);
		phases[phase]?.push(use);
	}
	return phases;
}
