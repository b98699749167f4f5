import { eye, type Node, type Operand, oneHot, sum, type Variable, where } from '@pullback/core';
import {
	countFromOne,
	finite,
	oneOf,
	type Rules,
	type Settings,
	settingsOf,
} from '../options/rules.ts';
import { predictedAndLabels } from './labels.ts';
import { addTo, Metric } from './metric.ts';

/** The most classes, of which each pair is counted. */
const maxClasses = 10_000;

/**
 * How many examples of each class (row) are predicted to be of each (column): [classes, classes] in f64. Predictions are
 * scores [..., classes], the largest of which counts, or class indices [...] as the labels. A class out of range is a
 * RangeError when computed.
 */
export function confusionMatrix(predictions: Operand, labels: Operand, classes: number): Node {
	const count = countFromOne(undefined, maxClasses).checked('confusionMatrix', 'classes', classes);
	return matrixOf('confusionMatrix', predictions, labels, count);
}

function matrixOf(operation: string, predictions: Operand, labels: Operand, classes: number): Node {
	const found = predictedAndLabels(operation, predictions, labels);
	const [rows, columns] = [found.labels, found.predicted].map((each) =>
		oneHot(each.flatten(), classes, { dtype: 'f64' }),
	) as [Node, Node]; // as many
	return rows.transpose().matmul(columns);
}

/** `confusionMatrix` over batches. */
export class ConfusionMatrix extends Metric<[predictions: Operand, labels: Operand]> {
	readonly classes: number;
	readonly #matrix: Variable;

	constructor(classes: number) {
		super();
		const { name } = new.target;
		this.classes = countFromOne(undefined, maxClasses).checked(name, 'classes', classes);
		this.#matrix = this.gathered('matrix', [classes, classes]);
	}

	override update(predictions: Operand, labels: Operand): void {
		const more = matrixOf(this.constructor.name, predictions, labels, this.classes);
		addTo([[this.#matrix, more]]);
	}

	override value(): Node {
		return this.#matrix.read();
	}
}

/** Options of the metrics of classes. */
export interface ClassMetricOptions {
	/**
	 * 'macro', the mean of all classes, if left out; 'micro', of all examples together; or 'none', of each class:
	 * [classes].
	 */
	readonly average?: 'macro' | 'micro' | 'none';
	/** What counts for a class where nothing is divided by nothing, such as the precision of one never predicted; NaN if left out. */
	readonly whenUndefined?: number;
}

const anyNumber = { ...finite(Number.NaN), checked: checkedOrNaN };
const rules: Rules<ClassMetricOptions> = {
	average: oneOf(['macro', 'micro', 'none'], 'macro'),
	whenUndefined: anyNumber,
};

function checkedOrNaN(operation: string, name: string, value: unknown): number {
	return Number.isNaN(value) ? Number.NaN : finite().checked(operation, name, value);
}

/** For each class, how many examples it was rightly found in, was found in, and is in. */
interface Counts {
	readonly right: Node;
	readonly predicted: Node;
	readonly actual: Node;
}

abstract class ClassMetric extends Metric<[predictions: Operand, labels: Operand]> {
	readonly #confusion: ConfusionMatrix;
	readonly #settings: Settings<ClassMetricOptions>;

	constructor(classes: number, options: ClassMetricOptions | undefined) {
		super();
		const { name } = new.target;
		this.#settings = settingsOf(name, options, rules);
		const count = countFromOne(undefined, maxClasses).checked(name, 'classes', classes);
		this.#confusion = new ConfusionMatrix(count);
	}

	/** What is divided by what. */
	protected abstract fraction(counts: Counts): readonly [above: Node, below: Node];

	override update(predictions: Operand, labels: Operand): void {
		this.#confusion.update(predictions, labels);
	}

	override reset(): void {
		this.#confusion.reset();
	}

	override namedVariables(): Map<string, Variable> {
		return this.#confusion.namedVariables();
	}

	override value(): Node {
		const { average, whenUndefined } = this.#settings;
		const matrix = this.#confusion.value();
		const { classes } = this.#confusion;
		const right = sum(matrix.mul(eye(classes, { dtype: 'f64' })), 0);
		const counts = { right, predicted: sum(matrix, 0), actual: sum(matrix, 1) };
		const totals = { right: sum(right), predicted: sum(matrix), actual: sum(matrix) };
		const [above, below] = this.fraction(average === 'micro' ? totals : counts);
		const isDefined = below.greater(0);
		const values = where(isDefined, above.div(where(isDefined, below, 1)), whenUndefined);
		return average === 'macro' ? values.mean() : values;
	}
}

/** Of the examples predicted to be of a class, the share that is: right / predicted. Undefined for a class never predicted. */
export class Precision extends ClassMetric {
	constructor(classes: number, options?: ClassMetricOptions) {
		super(classes, options);
	}

	protected override fraction({ right, predicted }: Counts): [Node, Node] {
		return [right, predicted];
	}
}

/** Of the examples of a class, the share predicted to be: right / actual. Undefined for a class of which there is none. */
export class Recall extends ClassMetric {
	constructor(classes: number, options?: ClassMetricOptions) {
		super(classes, options);
	}

	protected override fraction({ right, actual }: Counts): [Node, Node] {
		return [right, actual];
	}
}

/**
 * The harmonic mean of precision and recall: 2 right / (predicted + actual). Undefined for a class of which there is none,
 * nor was predicted.
 */
export class F1 extends ClassMetric {
	constructor(classes: number, options?: ClassMetricOptions) {
		super(classes, options);
	}

	protected override fraction({ right, predicted, actual }: Counts): [Node, Node] {
		return [right.mul(2), predicted.add(actual)];
	}
}
