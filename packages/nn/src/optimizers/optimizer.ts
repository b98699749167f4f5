import {
	assignAll,
	formatShape,
	gradOrNull,
	type Node,
	ShapeError,
	type Variable,
	variable,
	zeros,
	zerosLike,
} from '@pullback/core';
import { checkedNodes, checkedNumber, checkedOptions } from '@pullback/core/arguments';
import { checkedParameters, refuseUnreached } from './trainable.ts';

/** A Variable and its next value. */
export type Update = readonly [Variable, Node];

/** What every optimiser needs. */
export interface OptimizerOptions {
	/** The size of a step. */
	readonly learningRate: number;
}

/**
 * Changes parameters step by step so that a loss falls; works alike inside and outside of `compile`. Throws TypeError,
 * RangeError or DTypeError for what is no Variable, none at all, or one that cannot be trained. A subclass with options
 * of its own passes on the learning rate alone.
 */
export abstract class Optimizer {
	readonly parameters: readonly Variable[];
	/** A scalar; assign to it to change the size of the steps to come. */
	readonly learningRate: Variable;

	constructor(parameters: readonly Variable[], options: OptimizerOptions) {
		const { name } = new.target;
		const trained = checkedParameters(name, parameters);
		const { learningRate } = checkedOptions(name, options, ['learningRate']);
		const rate = checkedNumber(name, 'learningRate', learningRate);
		if (!Number.isFinite(rate))
			throw new RangeError(`learningRate: ${rate}; it must be a finite number`);
		this.parameters = trained;
		this.learningRate = variable(rate, { name: 'learningRate', dtype: 'f64' });
	}

	/** One step against the gradient of a scalar loss. Throws TypeError if no gradient of it leads to any parameter. */
	minimize(loss: Node): void {
		const slopes = gradOrNull(loss, this.parameters);
		if (slopes.every((slope) => slope === null)) refuseUnreached(loss, this.parameters);
		this.step(this.parameters.map((parameter, i) => slopes[i] ?? zerosLike(parameter)));
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
