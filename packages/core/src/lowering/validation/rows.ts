import { elementBytes } from '../../graph/dtype.ts';
import { nameOf } from '../ir/printPlan.ts';
import { type Access, type Accesses, fail, type Loop } from './accesses.ts';
import type { Placement } from './placement.ts';

/**
 * Checks that no load of a kernel finds what a store of the same kernel has put over what is meant. Rows run
 * in any order, on several threads: what one loads no other may store. Within a row one step follows the other, and
 * within a step an element may be replaced just where it is loaded.
 */
export function checkRows({ rows, loads, stores, scratch }: Accesses, placement: Placement): void {
	for (const room of scratch)
		for (const { buffer } of [...loads, ...stores])
			if (placement.overlap(room.buffer, buffer))
				fail(`${nameOf(buffer)} lies where ${nameOf(room.buffer)} is scratch memory`);
	// As many pairs as the square of a kernel, which is small, and of these few overlap.
	for (const load of loads)
		for (const store of stores) {
			if (!placement.overlap(load.buffer, store.buffer)) continue;
			const own = stores.filter(({ buffer }) => buffer === load.buffer);
			const why = whyLost(load, store, own, rows, placement);
			if (why !== null)
				fail(
					`${nameOf(load.buffer)} is read in step ${load.step} of a kernel where ${nameOf(store.buffer)} is stored in step ${store.step}: ${why}`,
				);
		}
}

/** Why a load may find what a store has put over what it loads; null if it cannot. `own` are the stores of what it loads. */
function whyLost(
	load: Access,
	store: Access,
	own: readonly Access[],
	rows: readonly number[],
	placement: Placement,
): string | null {
	if (!keepToTheirRows(load, store, rows, placement)) return 'by another row, perhaps before';
	if (load.buffer === store.buffer && load.buffer.role !== 'variable')
		return isStoredBefore(load, store) ? null : 'not before, or not all of it';
	if (store.step > load.step) return null;
	if (store.step === load.step)
		return areAtSamePosition(load, store, placement)
			? null
			: 'at other positions of the same loops';
	// The new value of a Variable lies where the old one did.
	if (load.buffer === store.buffer) return null;
	return own.some((each) => each.step > store.step && isStoredBefore(load, each)) ? null : 'before';
}

/** Whether each row loads and stores in a part of the memory that is its own. */
function keepToTheirRows(a: Access, b: Access, rows: readonly number[], placement: Placement) {
	const bytesOf = ({ buffer: { dtype } }: Access): number => elementBytes[dtype];
	const startOf = (each: Access): number =>
		placement.startOf(each.buffer) + each.low * bytesOf(each);
	const endOf = (each: Access): number =>
		placement.startOf(each.buffer) + (each.high + 1) * bytesOf(each);
	let extent = Math.max(endOf(a), endOf(b)) - Math.min(startOf(a), startOf(b));
	const moves: { readonly length: number; readonly stride: number }[] = [];
	for (const [axis, length] of rows.entries()) {
		if (length === 1) continue;
		const stride = (a.rowStrides[axis] ?? 0) * bytesOf(a);
		if (stride !== (b.rowStrides[axis] ?? 0) * bytesOf(b)) return false;
		moves.push({ length, stride: Math.abs(stride) });
	}
	for (const { length, stride } of moves.sort((x, y) => x.stride - y.stride)) {
		if (stride < extent) return false;
		extent += stride * (length - 1);
	}
	return true;
}

/** Whether all elements that a load may need in a row have been stored there in an earlier step. */
function isStoredBefore(load: Access, store: Access): boolean {
	return (
		store.step < load.step &&
		store.low <= load.low &&
		load.high <= store.high &&
		elementsOf(store.inner ?? []) === store.high - store.low + 1
	);
}

/** The number of elements that loops reach, if they reach each once; else 0. */
export function elementsOf(loops: readonly Loop[]): number {
	let reach = 1;
	let count = 1;
	const moves = loops.filter(({ length }) => length !== 1);
	for (const { length, stride } of moves.sort((x, y) => Math.abs(x.stride) - Math.abs(y.stride))) {
		if (Math.abs(stride) < reach) return 0;
		reach += Math.abs(stride) * (length - 1);
		count *= length;
	}
	return count;
}

/** Whether two accesses of one step are of the same bytes in every turn of its loops. */
function areAtSamePosition(a: Access, b: Access, placement: Placement): boolean {
	if (a.inner === null || b.inner === null) return false;
	const bytes = elementBytes[a.buffer.dtype];
	return (
		bytes === elementBytes[b.buffer.dtype] &&
		placement.startOf(a.buffer) + a.offset * bytes ===
			placement.startOf(b.buffer) + b.offset * bytes &&
		a.inner.every(({ length, stride }, i) => length === 1 || stride === b.inner?.[i]?.stride)
	);
}
