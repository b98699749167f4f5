import type { Buffer } from '../ir/expression.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Plan } from '../ir/plan.ts';
import { nameOf } from '../ir/printPlan.ts';
import { type Accesses, accessesOf, fail } from './accesses.ts';
import { Coverage } from './coverage.ts';
import { Placement } from './placement.ts';
import { checkRows } from './rows.ts';

/**
 * Proves of a plan, by nothing but what it says, that it computes with what it means to: every load and store lies
 * within its buffer in all turns of all loops; all of a buffer has been written before any of it is read, and nothing
 * else has been stored over it since, by an earlier kernel, by one of the same phase or by another row of the same
 * kernel; Variables change after every check of elements, and those that change alone. Throws if it does not.
 */
export function validatePlan(plan: Plan): void {
	const placement = new Placement(plan);
	const state = new MemoryState(plan, placement);
	const lastCheck = plan.phases.findLastIndex((kernels) =>
		kernels.some(({ kind }) => kind === 'check'),
	);
	for (const [phase, kernels] of plan.phases.entries()) {
		const uses = kernels.map((kernel) => ({ kernel, accesses: accessesOf(kernel) }));
		for (const { kernel, accesses } of uses) {
			const { rows, loads, stores, scratch } = accesses;
			if (kernel.kind === 'rows') for (const buffer of kernel.after) state.checkWritten(buffer);
			for (const load of loads) placement.checkBounds(load, rows, true);
			for (const store of [...stores, ...scratch]) placement.checkBounds(store, rows, false);
			checkRows(accesses, placement);
			state.checkLoads(accesses);
			for (const { buffer } of stores)
				if (buffer.role === 'variable' && phase <= lastCheck)
					fail(`${nameOf(buffer)} changes in phase ${phase}, before the check of ${lastCheck}`);
		}
		checkConcurrent(uses, placement);
		for (const { accesses } of uses) state.store(accesses);
	}
	state.checkEnd(plan);
}

/** Checks that kernels of one phase, which run at the same time, do not store what another loads or stores. */
function checkConcurrent(
	uses: readonly { readonly kernel: Kernel; readonly accesses: Accesses }[],
	placement: Placement,
): void {
	if (uses.length < 2) return;
	const used = uses.flatMap(({ kernel, accesses }) => [
		...[...new Set(accesses.loads.map(({ buffer }) => buffer))].map((buffer) => ({
			buffer,
			kernel,
			stores: false,
		})),
		...[...new Set([...accesses.stores, ...accesses.scratch].map(({ buffer }) => buffer))].map(
			(buffer) => ({
				buffer,
				kernel,
				stores: true,
			}),
		),
	]);
	const memoryOf = ({ role, id }: Buffer): number => (role === 'temporary' ? -1 : id);
	used.sort(
		(a, b) =>
			memoryOf(a.buffer) - memoryOf(b.buffer) ||
			placement.startOf(a.buffer) - placement.startOf(b.buffer),
	);
	// In order of where they begin, one that overlaps any overlaps what reaches farthest before it.
	let open: typeof used = [];
	for (const use of used) {
		const start = placement.startOf(use.buffer);
		open = open.filter(
			({ buffer }) => memoryOf(buffer) === memoryOf(use.buffer) && placement.endOf(buffer) > start,
		);
		for (const other of open) {
			if (other.kernel === use.kernel || !(other.stores || use.stores)) continue;
			if (other.buffer === use.buffer && isPart(other.kernel) && isPart(use.kernel)) continue;
			fail(`${nameOf(use.buffer)} and ${nameOf(other.buffer)} overlap in kernels of one phase`);
		}
		open.push(use);
	}
}

function isPart(kernel: Kernel): boolean {
	return kernel.kind === 'rows' && kernel.part === true;
}

/** What lies in memory as the phases of a plan pass. */
class MemoryState {
	readonly #placement: Placement;
	readonly #changing: ReadonlySet<Buffer>;
	/** What has been written of the buffers that nothing has been put over since. */
	readonly #written = new Map<Buffer, Coverage>();
	/** The temporary ones of these in the order in which they lie in memory, none over another. */
	readonly #temporaries: Buffer[] = [];

	constructor({ cells, updates }: Plan, placement: Placement) {
		this.#placement = placement;
		const changing = new Set(updates);
		this.#changing = new Set(
			cells.flatMap(({ cell, buffer }) => (changing.has(cell) ? buffer : [])),
		);
	}

	/** Checks that what a kernel reads lies there, or is written by the kernel itself. */
	checkLoads({ loads, stores }: Accesses): void {
		const own = new Set(stores.map(({ buffer }) => buffer));
		for (const { buffer } of loads) if (!own.has(buffer)) this.checkWritten(buffer);
	}

	/** Checks that all of a buffer lies where it belongs. */
	checkWritten(buffer: Buffer): void {
		const isGiven = buffer.role !== 'temporary' || buffer.size === 0;
		if (!isGiven && this.#written.get(buffer)?.isComplete !== true)
			fail(`not all of ${nameOf(buffer)} lies where it is read`);
	}

	/** Takes in what a kernel stores, step by step. */
	store({ rows, stores, scratch }: Accesses): void {
		for (const { buffer } of scratch) this.#replace(buffer);
		for (const store of stores) {
			const { buffer } = store;
			if (buffer.role === 'input' || buffer.role === 'constant')
				fail(`${nameOf(buffer)} is stored`);
			if (buffer.role === 'variable' && !this.#changing.has(buffer))
				fail(`${nameOf(buffer)} is stored, and does not change`);
			if (buffer.role === 'temporary') this.#replace(buffer);
			const coverage = this.#written.get(buffer) ?? new Coverage(buffer);
			this.#written.set(buffer, coverage);
			coverage.add(store, rows);
		}
	}

	/** Checks that all outputs, and the new values of Variables, lie there at the end. */
	checkEnd({ outputs }: Plan): void {
		for (const buffer of [...outputs, ...this.#changing]) {
			const given = buffer.role === 'input' || buffer.role === 'constant';
			const unchanged = buffer.role === 'variable' && !this.#changing.has(buffer);
			if (buffer.size === 0 || given || unchanged) continue;
			if (this.#written.get(buffer)?.isComplete !== true)
				fail(`not all of ${nameOf(buffer)} lies there at the end`);
		}
	}

	/** Forgets the temporary buffers that lie where this one does. */
	#replace(buffer: Buffer): void {
		const all = this.#temporaries;
		const start = this.#placement.startOf(buffer);
		let [low, high] = [0, all.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#placement.endOf(all[middle] as Buffer) <= start)
				low = middle + 1; // in range
			else high = middle;
		}
		let end = low;
		while (end < all.length && this.#placement.overlap(all[end] as Buffer, buffer)) end++; // in range
		if (end === low + 1 && all[low] === buffer) return;
		for (const other of all.splice(low, end - low, buffer))
			if (other !== buffer) this.#written.delete(other);
	}
}
