import {
	assignAll,
	formatShape,
	grad,
	type Node,
	ShapeError,
	Variable,
	variable,
	zeros,
} from '@pullback/core';
import {
	checkedList,
	checkedNodes,
	checkedNumber,
	checkedOptions,
	describe,
} from '@pullback/core/arguments';

/** A Variable and its next value. */
export type Update = readonly [Variable, Node];

/** What every optimiser needs. */
export interface OptimizerOptions {
	/** The size of a step. */
	readonly learningRate: number;
}

/** Changes parameters step by step so that a loss falls; works alike inside and outside of `compile`. */
export abstract class Optimizer {
	readonly parameters: readonly Variable[];
	/** A scalar; assign to it to change the size of the steps to come. */
	readonly learningRate: Variable;

	constructor(parameters: readonly Variable[], options: OptimizerOptions) {
		const { name } = new.target;
		checkedList(name, 'parameters', parameters);
		for (let i = 0; i < parameters.length; i++)
			if (!(parameters[i] instanceof Variable))
				throw new TypeError(
					`${name}: parameters[${i}] is ${describe(parameters[i])}; it must be a Variable`,
				);
		const { learningRate } = checkedOptions(name, options, ['learningRate']);
		const rate = checkedNumber(name, 'learningRate', learningRate);
		if (!Number.isFinite(rate))
			throw new RangeError(`learningRate: ${rate}; it must be a finite number`);
		this.parameters = [...parameters];
		this.learningRate = variable(rate, { name: 'learningRate', dtype: 'f64' });
	}

	/** One step against the gradient of a scalar loss. */
	minimize(loss: Node): void {
		this.step(grad(loss, this.parameters));
	}

	/** One step against `gradients`, one for each parameter and of its shape. If one does not fit, nothing changes. */
	step(gradients: readonly Node[]): void {
		checkedNodes('step', 'gradients', gradients);
		if (gradients.length !== this.parameters.length)
			throw new ShapeError(
				`step: got ${gradients.length} gradients for ${this.parameters.length} parameters`,
			);
		for (const [i, parameter] of this.parameters.entries()) {
			const shape = formatShape(gradients[i]?.shape ?? []);
			if (shape !== formatShape(parameter.shape))
				throw new ShapeError(
					`step: gradient ${i} has shape ${shape}, its parameter ${parameter.name} has ${formatShape(parameter.shape)}`,
				);
		}
		assignAll(this.updates(gradients));
	}

	/** The next value of every parameter and of the optimiser's own Variables, made of their present ones. */
	protected abstract updates(gradients: readonly Node[]): Update[];

	/** Updates made parameter by parameter. */
	protected forEach(
		gradients: readonly Node[],
		updatesOf: (parameter: Variable, gradient: Node, index: number) => readonly Update[],
	): Update[] {
		return this.parameters.flatMap((parameter, i) => {
			const gradient = gradients[i];
			return gradient === undefined ? [] : updatesOf(parameter, gradient, i);
		});
	}

	/** A Variable of zeros for each parameter. */
	protected zerosFor(name: string): Variable[] {
		return this.parameters.map(({ name: of, shape, dtype }) =>
			variable(zeros(shape, { dtype }), { name: `${name} of ${of}` }),
		);
	}
}
