import type { Node, Operand } from '@pullback/core';
import * as core from '@pullback/core';
import { checkedFunction, checkedNode } from '@pullback/core/arguments';
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

/** max(x, 0). */
export class Relu extends Activation {
	constructor() {
		super(core.relu);
	}
}

/** 1 / (1 + e^-x). */
export class Sigmoid extends Activation {
	constructor() {
		super(core.sigmoid);
	}
}

/** The hyperbolic tangent. */
export class Tanh extends Activation {
	constructor() {
		super(core.tanh);
	}
}

/** x itself. */
export class Identity extends Activation {
	constructor() {
		super(core.identity);
	}
}

/** The perceptron's 1 where x > 0, else 0; it passes no gradient. */
export class Step extends Activation {
	constructor() {
		super(core.step);
	}
}

/** log(1 + e^x). */
export class Softplus extends Activation {
	constructor() {
		super(core.softplus);
	}
}

/** x times the standard normal distribution function of x. */
export class Gelu extends Activation {
	constructor() {
		super(core.gelu);
	}
}

/** x sigmoid(x). */
export class Silu extends Activation {
	constructor() {
		super(core.silu);
	}
}

/** x where positive, `slope` x elsewhere. */
export class LeakyRelu extends Activation {
	constructor(slope = 0.01) {
		super((x) => core.leakyRelu(x, slope));
	}
}

/** x where positive, alpha (e^x - 1) elsewhere. */
export class Elu extends Activation {
	constructor(alpha = 1) {
		super((x) => core.elu(x, alpha));
	}
}

/** exp(x) in proportion along an axis, the last if left out. */
export class Softmax extends Activation {
	constructor(axis = -1) {
		super((x) => core.softmax(x, axis));
	}
}
