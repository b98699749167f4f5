import {
	assignAll,
	formatShape,
	full,
	gradOrNull,
	type Node,
	ShapeError,
	Variable,
	variable,
	zerosLike,
} from '@pullback/core';
import { checkedNodes } from '@pullback/core/arguments';
import { partsOf } from '../modules/parts.ts';
import type { Rules, Settings } from '../options/rules.ts';
import { valueAt } from '../schedules/schedule.ts';
import { type Group, groupsOf, type OptimizerOptions, type Trained } from './groups.ts';
import { refuseUnreached } from './trainable.ts';

/** A Variable and its next value. */
export type Update = readonly [Variable, Node];

/** Makes a Variable of a parameter's shape and dtype, of one number everywhere: 0 if left out. */
export type Filled = (name: string, value?: number) => Variable;

/** A parameter in a step: its gradient, and what its optimiser keeps of those before. */
export interface Member<State> {
	readonly parameter: Variable;
	readonly gradient: Node;
	readonly state: State;
}

/** One step of a group of parameters. */
export interface GroupStep<Options, State> {
	/** The position of the group. */
	readonly group: number;
	readonly members: readonly Member<State>[];
	readonly settings: Settings<Options>;
	/** The learning rate of this step, a scalar in f64. */
	readonly rate: Node;
	/** The number of this step, from 1, a scalar in f64. */
	readonly time: Node;
}

/**
 * Changes parameters step by step so that a loss falls; works alike inside and outside of `compile`. `Options` are those
 * of each group of parameters, `State` is what is kept for each parameter: a record of Variables. Throws TypeError,
 * RangeError or DTypeError for what is no Variable, none at all, one that cannot be trained, or the same twice.
 */
export abstract class Optimizer<
	Options extends OptimizerOptions = OptimizerOptions,
	State extends object = object,
> {
	readonly parameters: readonly Variable[];
	/** The number of steps so far, a scalar in f64. */
	readonly time: Variable = variable(0, { name: 'time', dtype: 'f64' });
	readonly groups: readonly Group<Options>[];
	/** What is kept for each of the parameters. */
	readonly states: readonly State[];

	/** `rules` say what the options must be; `stateOf` makes what is kept for a parameter. */
	constructor(
		parameters: Trained<Options>,
		options: Options | undefined,
		rules: Rules<Options>,
		stateOf: (filled: Filled, settings: Settings<Options>) => State,
	) {
		this.groups = groupsOf(new.target.name, parameters, options, rules);
		this.parameters = this.groups.flatMap((group) => group.parameters);
		this.states = this.groups.flatMap((group) =>
			group.parameters.map((parameter) => stateOf(fillerFor(parameter), group.settings)),
		);
	}

	/**
	 * The learning rate of all parameters, a scalar; assign to it to change the size of the steps to come. Throws TypeError
	 * if there are several groups of parameters, each of which has its own, or a schedule.
	 */
	get learningRate(): Variable {
		const { name } = this.constructor;
		const [group, ...others] = this.groups;
		if (group === undefined || others.length > 0)
			throw new TypeError(
				`learningRate: this ${name} has ${this.groups.length} groups of parameters; take that of one, groups[0].learningRate`,
			);
		if (group.learningRate instanceof Variable) return group.learningRate;
		throw new TypeError(
			`learningRate: that of this ${name} is a schedule, which has no Variable to assign; learningRates() tells its value`,
		);
	}

	/** The learning rate of the next step for each group of parameters, scalars in f64. */
	learningRates(): Node[] {
		return this.groups.map(({ learningRate }) =>
			learningRate instanceof Variable
				? learningRate.read()
				: valueAt(this.constructor.name, learningRate, this.time.read()),
		);
	}

	/**
	 * All that an optimiser keeps, by path, to be saved and restored: the number of steps (`time`), the learning rates
	 * (`groups.0.learningRate`), and what it keeps for each parameter (`states.0.mean`). Not the parameters.
	 */
	namedVariables(): Map<string, Variable> {
		const trained: ReadonlySet<object> = new Set(this.parameters);
		const found = new Map<string, Variable>();
		for (const { value, path, known } of partsOf(this, () => false))
			if (known === null && value instanceof Variable && !trained.has(value))
				found.set(path, value);
		return found;
	}

	/** One step against the gradient of a scalar loss. Throws TypeError if no gradient of it leads to any parameter. */
	minimize(loss: Node): void {
		const slopes = gradOrNull(loss, this.parameters);
		if (slopes.every((slope) => slope === null)) refuseUnreached(loss, this.parameters);
		this.step(this.parameters.map((parameter, i) => slopes[i] ?? zerosLike(parameter)));
	}

	/** One step against `gradients`, one for each parameter and of its shape. If one does not fit, nothing changes. */
	step(gradients: readonly Node[]): void {
		const members = this.#membersWith(gradients);
		const rates = this.learningRates();
		const time = this.time.read().add(1);
		let taken = 0;
		const updates = this.groups.flatMap(({ parameters, settings }, group) => {
			const rate = rates[group] as Node; // one for each group
			const own = members.slice(taken, taken + parameters.length);
			taken += parameters.length;
			return this.updates({ group, members: own, settings, rate, time });
		});
		assignAll([[this.time, time], ...updates]);
	}

	/** The next value of every parameter of a group and of the optimiser's own Variables, made of their present ones. */
	protected abstract updates(step: GroupStep<Options, State>): readonly Update[];

	#membersWith(gradients: readonly Node[]): Member<State>[] {
		checkedNodes('step', 'gradients', gradients);
		if (gradients.length !== this.parameters.length)
			throw new ShapeError(
				`step: got ${gradients.length} gradients for ${this.parameters.length} parameters`,
			);
		return this.parameters.map((parameter, i) => {
			const gradient = gradients[i] as Node; // as many
			const shape = formatShape(gradient.shape);
			if (shape !== formatShape(parameter.shape))
				throw new ShapeError(
					`step: gradient ${i} has shape ${shape}, its parameter ${parameter.name} has ${formatShape(parameter.shape)}`,
				);
			return { parameter, gradient, state: this.states[i] as State }; // one for each parameter
		});
	}
}

function fillerFor({ name: of, shape, dtype }: Variable): Filled {
	return (name, value = 0) => variable(full(shape, value, { dtype }), { name: `${name} of ${of}` });
}
