import { assignAll, type Node, type Operand, sum, where } from '@pullback/core';
import { alike } from './labels.ts';
import { Metric } from './metric.ts';

/**
 * The coefficient of determination over batches: 1 less the sum of squared errors by that of squared deviations of the
 * targets from their mean. 1 is perfect, 0 as good as the mean; where all targets are alike it is NaN, or -Infinity if
 * outputs miss them. Outputs and targets of one shape [...], whose elements are all examples. The deviations are merged
 * batch by batch without cancellation (Chan et al. 1983).
 */
export class R2 extends Metric<[outputs: Operand, targets: Operand]> {
	readonly #count = this.gathered('count');
	readonly #mean = this.gathered('mean of targets');
	readonly #deviations = this.gathered('squared deviations of targets');
	readonly #errors = this.gathered('squared errors');

	override update(outputs: Operand, targets: Operand): void {
		const { outputs: y, targets: t } = alike('R2', outputs, targets);
		const [found, wanted] = [y.cast('f64'), t.cast('f64')];
		const more = wanted.shape.reduce((product, length) => product * length, 1);
		// Of nothing there is no mean.
		if (more === 0) return;
		const [count, mean] = [this.#count.read(), this.#mean.read()];
		const total = count.add(more);
		const own = wanted.mean();
		const gap = own.sub(mean);
		const between = gap.square().mul(count).mul(more).div(total);
		assignAll([
			[this.#count, total],
			[this.#mean, mean.add(gap.mul(more).div(total))],
			[this.#deviations, this.#deviations.add(sum(wanted.sub(own).square())).add(between)],
			[this.#errors, this.#errors.add(sum(found.sub(wanted).square()))],
		]);
	}

	override value(): Node {
		const [errors, deviations] = [this.#errors.read(), this.#deviations.read()];
		const none = this.#count.equal(0);
		return where(none, Number.NaN, errors.div(deviations).neg().add(1));
	}
}
