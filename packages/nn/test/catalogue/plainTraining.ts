import { type Node, randomKey, uniform, type Variable } from '@pullback/core';
import {
	Adam,
	Affine,
	Dropout,
	type EpochRecord,
	earlyStopping,
	type History,
	type Measured,
	type Mode,
	meanAbsoluteError,
	meanSquaredError,
	R2,
	sequential,
	Tanh,
} from '../../src/index.ts';
import type { Floating } from './row.ts';
import type { Pair, Subject } from './trainingRow.ts';

// What is trained and measured whole, and how without anything compiled.

/** When a run stops: after more epochs than these in a row whose loss of validation fell by no more. */
export interface Stopping {
	readonly patience: number;
	readonly minDelta: number;
}

/** A run stops once the loss of validation falls by less than it does at first. */
export const stopping: Stopping = { patience: 1, minDelta: 0.05 };

/** A net that draws, its optimiser and data of 12 examples in batches of some sizes; numbers differ by the seed. */
export function subjectOf(
	dtype: Floating,
	{ seed = 1, sizes = [4, 4, 4], rate = 0.5 }: SubjectOptions = {},
): Subject {
	const key = (i: number): Node => randomKey(10 * seed + i);
	const net = sequential(
		new Affine({ inputs: 2, outputs: 6, key: key(0), dtype }),
		new Tanh(),
		new Dropout({ rate, key: key(1) }),
		new Affine({ inputs: 6, outputs: 1, key: key(2), dtype }),
	);
	const [x, others] = [3, 4].map((own) =>
		uniform(randomKey(own), [12, 2], { low: -1, high: 1, dtype: 'f64' }).cast(dtype),
	) as [Node, Node]; // as many
	let start = 0;
	const data = sizes.map((size) => {
		start += size;
		return pairOf(x.slice([start - size, start]));
	});
	const optimizer = new Adam(net.parameters(), { learningRate: 0.05 });
	const early = earlyStopping({ ...stopping, restore: net });
	return { net, optimizer, early, data, validation: [pairOf(x.add(others.div(10)))] };
}

interface SubjectOptions {
	readonly seed?: number;
	readonly sizes?: readonly number[];
	/** The share that is dropped: 0 where what is drawn for other batches would differ. */
	readonly rate?: number;
}

function pairOf(x: Node): Pair {
	const [a, b] = [x.slice(null, [0, 1]), x.slice(null, [1, 2])];
	return [x, a.mul(b).mul(2)];
}

/** What is measured of every model: by a function, and by what gathers. */
export const measures = () => ({
	loss: meanSquaredError,
	metrics: { error: meanAbsoluteError, r2: new R2() },
});

/** What `evaluate` finds. */
export function measuredBy(net: Subject['net'], data: readonly Pair[]): Measured {
	return passOver(net, data, 'evaluate', () => undefined);
}

/** What `fit` comes to in some epochs; where it may stop before, with the Variables of the net after the best of them. */
export function trainedOn(
	{ net, optimizer, data, validation }: Subject,
	epochs: number,
	stopping: Stopping | null = null,
): Pick<History, 'epochs' | 'steps'> {
	const records: EpochRecord[] = [];
	let [best, waited] = [Infinity, 0];
	let kept: readonly (readonly [Variable, Node])[] = [];
	for (let epoch = 0; epoch < epochs; epoch++) {
		const own = passOver(net, data, 'train', (loss) => optimizer.minimize(loss));
		const measured = measuredBy(net, validation);
		records.push({ epoch, batches: data.length, ...own, validation: measured, seconds: 0 });
		if (stopping === null) continue;
		if (measured.loss < best - stopping.minDelta) {
			[best, waited] = [measured.loss, 0];
			kept = Array.from(net.namedVariables().values(), (each) => [each, each.read()]);
		} else if (++waited > stopping.patience) break;
	}
	for (const [variable, value] of kept) variable.assign(value);
	return { epochs: records, steps: records.length * data.length };
}

function passOver(
	net: Subject['net'],
	data: readonly Pair[],
	mode: Mode,
	after: (loss: Node) => void,
): Measured {
	const r2 = new R2();
	let [examples, losses, errors] = [0, 0, 0];
	for (const [x, t] of data) {
		const y = net.forward(x, mode) as Node;
		const [loss, error] = [meanSquaredError(y, t), meanAbsoluteError(y, t)];
		r2.update(y, t);
		after(loss);
		const [count = 0] = x.shape;
		examples += count;
		losses += count * loss.item();
		errors += count * error.item();
	}
	const metrics = { error: errors / examples, r2: r2.value().item() };
	return { loss: losses / examples, metrics };
}
