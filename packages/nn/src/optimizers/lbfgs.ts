import {
	assignAll,
	compile,
	grad,
	type Node,
	type Operand,
	tensor,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import { checkedFunction } from '@pullback/core/arguments';
import {
	aboveZero,
	countFromOne,
	fromZero,
	type Rules,
	type Settings,
	settingsOf,
} from '../options/rules.ts';
import { LBFGSMemory } from './lbfgsMemory.ts';
import { type LinePoint, searchLine } from './lineSearch.ts';
import { checkedParameters } from './trainable.ts';
import { dot, flat, largest, moved, sumOf } from './vectors.ts';

/** Options of LBFGS. */
export interface LBFGSOptions {
	/** The length of the first step that is tried along a direction; 1 if left out. */
	readonly learningRate?: number;
	/** The most iterations of one call; 20 if left out. */
	readonly maxIterations?: number;
	/** After as many evaluations, a call begins no iteration; 5 / 4 of the iterations if left out. */
	readonly maxEvaluations?: number | null;
	/** The largest magnitude of a gradient at which a call ends; 1e-7 if left out. */
	readonly gradientTolerance?: number;
	/** The change of the loss, or largest change of a parameter, below which a call ends; 1e-9 if left out. */
	readonly changeTolerance?: number;
	/** How many changes are remembered, up to 1000; 100 if left out. Each takes two numbers in f64 for each parameter. */
	readonly historySize?: number;
}

/** More than this many changes are a mistake: a dozen are usual, and each takes memory. */
const maxHistorySize = 1000;

const rules: Rules<LBFGSOptions> = {
	learningRate: aboveZero(1),
	maxIterations: countFromOne(20),
	maxEvaluations: {
		initial: null,
		checked: (operation, name, value) =>
			value === null ? null : countFromOne().checked(operation, name, value),
	},
	gradientTolerance: fromZero(1e-7),
	changeTolerance: fromZero(1e-9),
	historySize: countFromOne(100, maxHistorySize),
};

/** What a call of `LBFGS.minimize` did. */
export interface LBFGSResult {
	/** Where it ended. */
	readonly loss: number;
	readonly iterations: number;
	/** How many times the loss was computed, with its gradient. */
	readonly evaluations: number;
}

/**
 * Limited-memory BFGS (Liu & Nocedal 1989) with a line search for the strong Wolfe conditions, as PyTorch has it: for
 * losses that are the same at each evaluation, such as those of all data at once. `lossOf` makes a scalar of what
 * `minimize` is given, and is compiled with its gradient. As its iterations depend on values, it works outside of compiled
 * functions alone.
 */
export class LBFGS<Inputs extends readonly Node[] = []> {
	readonly parameters: readonly Variable[];
	/** The number of iterations so far. */
	readonly time: Variable = scalar('time', 0);
	/** How many pairs of changes were remembered so far; the last of them are in `steps` and `bends`, in turn. */
	readonly pairs: Variable = scalar('pairs', 0);
	readonly steps: readonly Variable[];
	readonly bends: readonly Variable[];
	/** The last step, and the gradient before it. */
	readonly lastStep: Variable;
	readonly lastGradient: Variable;
	readonly #settings: Settings<LBFGSOptions>;
	readonly #lossAndGradients: (...inputs: { readonly [I in keyof Inputs]: Operand }) => {
		readonly loss: Node;
		readonly gradients: readonly Node[];
	};

	constructor(
		parameters: readonly Variable[],
		lossOf: (...inputs: Inputs) => Node,
		options?: LBFGSOptions,
	) {
		this.parameters = checkedParameters('LBFGS', 'parameters', parameters);
		checkedFunction('LBFGS', 'lossOf', lossOf);
		this.#settings = settingsOf('LBFGS', options, rules);
		const size = this.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
		const vector = (name: string): Variable => variable(zeros([size], { dtype: 'f64' }), { name });
		const history = Array.from({ length: this.#settings.historySize });
		this.steps = history.map(() => vector('change of parameters'));
		this.bends = history.map(() => vector('change of gradients'));
		this.lastStep = vector('last step');
		this.lastGradient = vector('last gradient');
		this.#lossAndGradients = compile((...inputs: Inputs) => {
			const loss = lossOf(...inputs);
			return { loss, gradients: grad(loss, this.parameters) };
		});
	}

	/**
	 * Goes downhill until a tolerance or the most iterations are reached. If it fails, the parameters are as before. Throws
	 * RangeError if the loss is not finite where it begins.
	 */
	minimize(...inputs: { readonly [I in keyof Inputs]: Operand }): LBFGSResult {
		const before = this.parameters.map((each) => [each, each.read()] as const);
		try {
			return this.#minimize(inputs);
		} catch (error) {
			assignAll(before);
			throw error;
		}
	}

	/** All that it keeps, by path, to be saved and restored; not the parameters. */
	namedVariables(): Map<string, Variable> {
		const { time, pairs, lastStep, lastGradient, steps, bends } = this;
		return new Map([
			...Object.entries({ time, pairs, lastStep, lastGradient }),
			...steps.map((each, i) => [`steps.${i}`, each] as const),
			...bends.map((each, i) => [`bends.${i}`, each] as const),
		]);
	}

	#minimize(inputs: { readonly [I in keyof Inputs]: Operand }): LBFGSResult {
		const settings = this.#settings;
		const { learningRate, maxIterations, gradientTolerance, changeTolerance } = settings;
		const maxEvaluations = settings.maxEvaluations ?? Math.floor((maxIterations * 5) / 4);
		const memory = new LBFGSMemory(this);
		let position = flat(this.parameters.map((each) => each.data()));
		let evaluations = 0;
		const lossAt = (at: Float64Array): Omit<LinePoint, 'distance' | 'slope'> => {
			evaluations++;
			this.#moveTo(at);
			const { loss, gradients } = this.#lossAndGradients(...inputs);
			return { loss: loss.item(), gradient: flat(gradients.map((each) => each.data())) };
		};
		let here = lossAt(position);
		if (!Number.isFinite(here.loss))
			throw new RangeError(`LBFGS: the loss is ${here.loss} at the start; it must be finite`);
		let iterations = 0;
		while (iterations < maxIterations && largest(here.gradient) > gradientTolerance) {
			iterations++;
			const direction = memory.directionAt(here.gradient);
			const slope = dot(here.gradient, direction);
			if (slope > -changeTolerance) break;
			const start = position;
			const pointAt = (distance: number): LinePoint => {
				const found = lossAt(moved(start, direction, distance));
				return { ...found, distance, slope: dot(found.gradient, direction) };
			};
			const isFirst = memory.time === 1;
			const first = isFirst ? Math.min(1, 1 / sumOf(here.gradient)) * learningRate : learningRate;
			const width = changeTolerance / largest(direction);
			const point = searchLine(pointAt, { ...here, distance: 0, slope }, first, width);
			position = moved(start, direction, point.distance);
			const step = direction.map((each) => each * point.distance);
			memory.take(step, here.gradient);
			const change = Math.abs(point.loss - here.loss);
			here = point;
			if (evaluations >= maxEvaluations || largest(step) <= changeTolerance) break;
			if (change < changeTolerance) break;
		}
		this.#moveTo(position);
		memory.save();
		return { loss: here.loss, iterations, evaluations };
	}

	#moveTo(position: Float64Array): void {
		let taken = 0;
		assignAll(
			this.parameters.map((parameter) => {
				const { shape, dtype } = parameter;
				const size = sizeOf(shape);
				const own = position.subarray(taken, taken + size);
				taken += size;
				return [parameter, tensor(own, { shape, dtype })];
			}),
		);
	}
}

function scalar(name: string, value: number): Variable {
	return variable(value, { name, dtype: 'f64' });
}

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, length) => product * length, 1);
}
