import {
	grad,
	matmul,
	type Node,
	type Operand,
	relu,
	splitKey,
	tensor,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import { checkedCount, checkedFinite, checkedOptions } from '@pullback/core/arguments';
import { accuracy, callWith, Module, normalInitializer, softmaxCrossEntropy } from '@pullback/nn';
import { numericalGradient } from '@pullback/verify/numericalGradient';

/** What a TwoLayerNet is made of. */
export interface TwoLayerNetOptions {
	/** The numbers of an image; 784 if left out. */
	readonly inputs?: number;
	/** The units of the hidden layer; 50 if left out. */
	readonly hidden?: number;
	/** The classes; 10 if left out. */
	readonly outputs?: number;
	/** The standard deviation of the first weights; 0.01 if left out. */
	readonly weightStd?: number;
	/** The key of the first weights, made by `randomKey`. */
	readonly key: Operand;
}

/** A gradient for each parameter. */
export type TwoLayerGradients = Readonly<Record<'W1' | 'b1' | 'W2' | 'b2', Node>>;

/** How far differences move an element to either side, as the book has it. */
const step = 1e-4;

/**
 * The net of chapters 4 and 5 of Deep Learning from Scratch, in the shape that it has there: x W1 + b1, ReLU, W2, b2, and
 * softmax with cross-entropy. Images x are [n, inputs], labels t i32 [n], or rows of probabilities [n, outputs].
 */
export class TwoLayerNet extends Module {
	readonly W1: Variable;
	readonly b1: Variable;
	readonly W2: Variable;
	readonly b2: Variable;

	constructor(options: TwoLayerNetOptions) {
		super();
		const {
			inputs = 784,
			hidden = 50,
			outputs = 10,
			weightStd = 0.01,
			key,
		} = checkedOptions('TwoLayerNet', options, ['inputs', 'hidden', 'outputs', 'weightStd', 'key']);
		for (const [name, length] of Object.entries({ inputs, hidden, outputs }))
			if (checkedCount('TwoLayerNet', name, length) < 1)
				throw new RangeError(`TwoLayerNet: ${name} is 0; it must be a whole number from 1`);
		const weight = normalInitializer(checkedFinite('TwoLayerNet', 'weightStd', weightStd));
		const keys = splitKey(key as Operand); // or it is refused there
		const [first, second] = [keys.slice(0), keys.slice(1)];
		this.W1 = variable(weight(first, [inputs, hidden], 'f32'), { name: 'W1' });
		this.b1 = variable(zeros([hidden]), { name: 'b1' });
		this.W2 = variable(weight(second, [hidden, outputs], 'f32'), { name: 'W2' });
		this.b2 = variable(zeros([outputs]), { name: 'b2' });
	}

	override forward(x: Operand): Node {
		return this.predict(x);
	}

	/** The score of each class [n, outputs], before softmax. */
	predict(x: Operand): Node {
		const hidden = relu(matmul(x, this.W1).add(this.b1));
		return matmul(hidden, this.W2).add(this.b2);
	}

	/** The mean cross-entropy of softmax, in nats: a scalar. */
	loss(x: Operand, t: Operand): Node {
		return softmaxCrossEntropy(this.predict(x), t);
	}

	/** The share of the images whose largest score is that of their label: a scalar. Labels in rows are their largest. */
	accuracy(x: Operand, t: Operand): Node {
		const labels = tensor(t);
		return accuracy(this.predict(x), labels.shape.length > 1 ? labels.argmax(-1) : labels);
	}

	/** The gradient of the loss in each parameter by central differences, in f64: two losses for every element. */
	numericalGradient(x: Operand, t: Operand): TwoLayerGradients {
		const input = tensor(x).cast('f64');
		const values = this.parameters().map((parameter) => parameter.read());
		const lossOf = (...parameters: Node[]): Node =>
			softmaxCrossEntropy(callWith(this, parameters, input), t);
		return named(numericalGradient(lossOf, values, { step }));
	}

	/** The gradient of the loss in each parameter by backpropagation. */
	gradient(x: Operand, t: Operand): TwoLayerGradients {
		return named(grad(this.loss(x, t), this.parameters()));
	}
}

/** Gradients of the parameters in their order, by name. */
function named(gradients: readonly Node[]): TwoLayerGradients {
	const [W1, b1, W2, b2] = gradients as readonly [Node, Node, Node, Node]; // one for each
	return { W1, b1, W2, b2 };
}
