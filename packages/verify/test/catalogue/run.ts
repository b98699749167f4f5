import type { Node } from '@pullback/core';
import fc from 'fast-check';
import {
	checkAdjoint,
	checkGradients,
	checkTaylor,
	GradientReport,
	gradientProperty,
} from '../../src/index.ts';
import type { Entry } from './entry.ts';

/** What may find a fault, or give a false alarm: `gradientProperty` by its order, and the two quick checks. */
export const checks = ['order 1', 'order 2', 'checkTaylor', 'checkAdjoint'] as const;
export type Check = (typeof checks)[number];

/** Of how many derivatives differences were asked, and of how many they could tell something. */
export interface Share {
	readonly checked: number;
	readonly decided: number;
}

/** What the checks say of a right function: their false alarms in words, and what is decided, by order. */
export interface Verdict {
	readonly alarms: ReadonlyMap<Check, string>;
	readonly shares: readonly [first: Share, second: Share];
}

/** All checks of a right function, at points that a seed chooses. */
export function verdictOn(
	{ f, operands }: Entry,
	points: { readonly seed: number; readonly numRuns: number },
): Verdict {
	const alarms = new Map<Check, string>();
	let [first, second] = [none, none];
	const alarm = (check: Check, report: { readonly ok: boolean }): void => {
		if (!report.ok && !alarms.has(check)) alarms.set(check, wordsOf(report));
	};
	for (const [seed, point] of fc.sample(operands, points).entries()) {
		const report = checkGradients(f, point, { order: 2, seed });
		const wrongAt1 = report.failures.some(({ order }) => order === 1);
		alarm(wrongAt1 ? 'order 1' : 'order 2', report);
		const ofFirst = shareOfFirst(report, f(...point), point);
		first = sumOf(first, ofFirst);
		second = sumOf(second, differenceOf(report, ofFirst));
		alarm('checkTaylor', checkTaylor(f, point, { seed }));
		alarm('checkAdjoint', checkAdjoint(f, point, { seed }));
	}
	return { alarms, shares: [first, second] };
}

/** The part of a report that is of order 1: both modes of every element in every floating one. */
function shareOfFirst(report: GradientReport, y: Node, point: readonly Node[]): Share {
	const sizes = point.map(({ shape, dtype }) => (dtype === 'f64' ? sizeOf(shape) : 0));
	const checked = 2 * sizeOf(y.shape) * sizes.reduce((total, size) => total + size, 0);
	const undecided = report.undecided.filter(({ order }) => order === 1).length;
	return { checked, decided: checked - undecided };
}

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((size, length) => size * length, 1);
}

function wordsOf(report: object): string {
	return report instanceof GradientReport ? String(report) : JSON.stringify(report);
}

/** As many runs as fast-check makes unless told. */
const usual = 100;
/** Runs of the checks that are not relied on to find everything. */
const few = 3;

/** In which run, from 1, each check finds a fault at its default settings; those that do not are left out. */
export function foundBy(entry: Entry, seed: number): ReadonlyMap<Check, number> {
	const { f, operands, unseen } = entry;
	const found = new Map<Check, number>();
	const { run, report } = searchedFor(entry, seed, unseen === undefined ? usual : few);
	// Order 1 comes first in order 2, at the same operands: it need not run again where it has found the fault.
	const isOfFirst = run !== null && / {2}derivative by/.test(report);
	const others: readonly (readonly [Check, fc.IProperty<[readonly Node[]]>])[] = [
		...(isOfFirst ? [] : [['order 1', gradientProperty(f, operands)] as const]),
		['checkTaylor', fc.property(operands, (point) => checkTaylor(f, point).ok)],
		['checkAdjoint', fc.property(operands, (point) => checkAdjoint(f, point).ok)],
	];
	if (run !== null) found.set('order 2', run);
	if (isOfFirst) found.set('order 1', run);
	for (const [check, property] of others) {
		const { failed, numRuns } = fc.check(property, { seed, numRuns: few, endOnFailure: true });
		if (failed) found.set(check, numRuns);
	}
	return found;
}

/** What a search by `gradientProperty` at its default settings, with order 2, has come to. */
export interface Search {
	readonly isFound: boolean;
	/** Of computing, to find the fault and to look for smaller operands. */
	readonly seconds: number;
}

/** Searches for a fault as a user would. */
export function searchFor({ f, operands }: Entry, seed: number): Search {
	const start = process.cpuUsage();
	const { failed } = fc.check(gradientProperty(f, operands, { order: 2 }), {
		seed,
		numRuns: usual,
	});
	const { user, system } = process.cpuUsage(start);
	return { isFound: failed, seconds: (user + system) / 1e6 };
}

function searchedFor(
	{ f, operands }: Entry,
	seed: number,
	most: number,
): { readonly run: number | null; readonly report: string } {
	const { failed, numRuns, errorInstance } = fc.check(gradientProperty(f, operands, { order: 2 }), {
		seed,
		numRuns: most,
		endOnFailure: true,
	});
	return { run: failed ? numRuns : null, report: String(errorInstance ?? '') };
}

export const none: Share = { checked: 0, decided: 0 };

export function sumOf(a: Share, b: Share): Share {
	return { checked: a.checked + b.checked, decided: a.decided + b.decided };
}

function differenceOf(a: Share, b: Share): Share {
	return { checked: a.checked - b.checked, decided: a.decided - b.decided };
}
