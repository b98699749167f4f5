import {
	type Argument,
	type CompileOptions,
	compile,
	gradOrNull,
	type Node,
	type Variable,
	variable,
	zeros,
	zerosLike,
} from '@pullback/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { refuseUnreached } from '../optimizers/trainable.ts';
import type { GivenBatch } from './batches.ts';
import { type EvaluateOptions, type Model, measuredForward } from './forward.ts';
import type { Measured } from './history.ts';
import { type MeasuredNodes, numbersOf } from './measure.ts';

/** What becomes of gradients before a step. */
export type OfGradients = (gradients: readonly Node[]) => readonly Node[];

/** What a step is made of. */
export interface StepOptions<Output, Target>
	extends EvaluateOptions<Output, Target>,
		CompileOptions {
	readonly optimizer: Optimizer;
	readonly gradients: OfGradients | null;
}

/** A step of training that goes over batches one by one. */
export interface Step {
	/** Goes over a batch, and moves the parameters if it is the last of a step. */
	add(batch: GivenBatch): [examples: number, measured: Measured];
	/** The batches since the parameters were moved. */
	readonly pending: number;
	/** Moves the parameters by the batches since they were moved, fewer than a step has. */
	flush(): void;
}

/** A step for every batch, as one program. */
export function stepOfOne<Input, Target, Output>(
	model: Model<Input, Output>,
	options: StepOptions<Output, Target>,
): Step {
	const { optimizer, gradients } = options;
	const step = compile<[Argument, Argument], MeasuredNodes>((x, t) => {
		const measured = measuredForward('fit', model, 'train', [x, t], options);
		if (gradients === null) optimizer.minimize(measured.loss);
		else optimizer.step(gradients(gradientsOf(measured.loss, optimizer)));
		return measured;
	}, checkOf(options));
	return { add: (batch) => numbersOf(step(...batch)), pending: 0, flush: () => undefined };
}

/** A step for `count` batches, by the mean of their gradients, which is kept in Variables: as one large batch, with the memory of a small one. */
export function stepOfSeveral<Input, Target, Output>(
	model: Model<Input, Output>,
	count: number,
	options: StepOptions<Output, Target>,
): Step {
	const { optimizer, gradients = null } = options;
	const sums = optimizer.parameters.map(({ name, shape, dtype }) =>
		variable(zeros(shape, { dtype }), { name: `sum of gradients of ${name}` }),
	);
	const addGradients = compile<[Argument, Argument], MeasuredNodes>((x, t) => {
		const measured = measuredForward('fit', model, 'train', [x, t], options);
		for (const [i, gradient] of gradientsOf(measured.loss, optimizer).entries()) {
			const sum = sums[i] as Variable; // one for each parameter
			sum.assign(sum.read().add(gradient));
		}
		return measured;
	}, checkOf(options));
	const move = compile((batches: Node) => {
		const means = sums.map((sum) => sum.read().div(batches.cast(sum.dtype)));
		optimizer.step(gradients === null ? means : gradients(means));
		for (const sum of sums) sum.assign(zerosLike(sum));
	});
	let pending = 0;
	const flush = (): void => {
		if (pending > 0) move(pending);
		pending = 0;
	};
	return {
		add: (batch) => {
			const measured = numbersOf(addGradients(...batch));
			pending++;
			if (pending === count) flush();
			return measured;
		},
		get pending() {
			return pending;
		},
		flush,
	};
}

function checkOf({ check }: CompileOptions): CompileOptions {
	return check === undefined ? {} : { check };
}

/** The gradient of each parameter, zeros where the loss does not depend on it. */
function gradientsOf(loss: Node, { parameters }: Optimizer): Node[] {
	const slopes = gradOrNull(loss, parameters);
	if (slopes.every((slope) => slope === null)) refuseUnreached(loss, parameters);
	return parameters.map((parameter, i) => slopes[i] ?? zerosLike(parameter));
}
