import type { Node, Operand } from '@pullback/core';
import * as core from '@pullback/core';
import { checkedFunction, checkedNode, checkedNumber, describe } from '@pullback/core/arguments';
import type { KeepsShape } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';

/** A function of one tensor as a module without parameters. */
export class Activation extends Module {
	readonly #f: (x: Operand) => Node;

	constructor(f: (x: Operand) => Node) {
		super();
		this.#f = checkedFunction('Activation', 'f', f);
	}

	override forward(x: Operand): Node {
		return checkedNode('Activation', 'the result of f', this.#f(x));
	}
}

/** An activation whose result has the shape of its input. */
class ShapeKeeping extends Activation {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
}

/** max(x, 0). */
export class Relu extends ShapeKeeping {
	constructor() {
		super(core.relu);
	}
}

/** 1 / (1 + e^-x). */
export class Sigmoid extends ShapeKeeping {
	constructor() {
		super(core.sigmoid);
	}
}

/** The hyperbolic tangent. */
export class Tanh extends ShapeKeeping {
	constructor() {
		super(core.tanh);
	}
}

/** x itself. */
export class Identity extends ShapeKeeping {
	constructor() {
		super(core.identity);
	}
}

/** The perceptron's 1 where x > 0, else 0; it passes no gradient. */
export class Step extends ShapeKeeping {
	constructor() {
		super(core.step);
	}
}

/** log(1 + e^x). */
export class Softplus extends ShapeKeeping {
	constructor() {
		super(core.softplus);
	}
}

/** x times the standard normal distribution function of x, exactly, or by its approximation 'tanh', as GPT-2 has it. */
export class Gelu extends ShapeKeeping {
	constructor(approximation: 'none' | 'tanh' = 'none') {
		if (approximation !== 'none' && approximation !== 'tanh')
			throw new TypeError(
				`Gelu: approximation is ${describe(approximation)}; it must be 'none' or 'tanh'`,
			);
		super((x) => core.gelu(x, approximation));
	}
}

/** x sigmoid(x). */
export class Silu extends ShapeKeeping {
	constructor() {
		super(core.silu);
	}
}

/** x where positive, `slope` x elsewhere. */
export class LeakyRelu extends ShapeKeeping {
	constructor(slope = 0.01) {
		super((x) => core.leakyRelu(x, slope));
	}
}

/** x where positive, alpha (e^x - 1) elsewhere. */
export class Elu extends ShapeKeeping {
	constructor(alpha = 1) {
		super((x) => core.elu(x, alpha));
	}
}

/** exp(x) in proportion along an axis, the last if left out. */
export class Softmax extends ShapeKeeping {
	constructor(axis = -1) {
		super((x) => core.softmax(x, axis));
	}
}

/** log(softmax(x)) along an axis, the last if left out. */
export class LogSoftmax extends ShapeKeeping {
	constructor(axis = -1) {
		super((x) => core.logSoftmax(x, axis));
	}
}

/** exp(-x) in proportion along an axis, the last if left out. */
export class Softmin extends ShapeKeeping {
	constructor(axis = -1) {
		super((x) => core.softmin(x, axis));
	}
}

/** log(sigmoid(x)). */
export class LogSigmoid extends ShapeKeeping {
	constructor() {
		super(core.logSigmoid);
	}
}

/** x tanh(log(1 + e^x)). */
export class Mish extends ShapeKeeping {
	constructor() {
		super(core.mish);
	}
}

/** x from `low` to `high`, -1 and 1 if left out, and the nearer of both elsewhere. */
export class Hardtanh extends ShapeKeeping {
	constructor(low = -1, high = 1) {
		checkedNumber('Hardtanh', 'low', low);
		checkedNumber('Hardtanh', 'high', high);
		if (!(low < high))
			throw new RangeError(`Hardtanh: low is ${low} and high ${high}; low must be less`);
		super((x) => core.hardtanh(x, low, high));
	}
}

/** x from 0 to 6, and the nearer of both elsewhere. */
export class Relu6 extends ShapeKeeping {
	constructor() {
		super(core.relu6);
	}
}

/** relu6(x + 3) / 6. */
export class Hardsigmoid extends ShapeKeeping {
	constructor() {
		super(core.hardsigmoid);
	}
}

/** x hardsigmoid(x). */
export class Hardswish extends ShapeKeeping {
	constructor() {
		super(core.hardswish);
	}
}

/** The first half of x along an axis, the last if left out, times the sigmoid of the second. */
export class Glu extends Activation {
	constructor(axis = -1) {
		super((x) => core.glu(x, axis));
	}
}
