import { describe, inspection } from './graph/describe.ts';
import { Node } from './graph/node.ts';
import { codeText } from './program/codeText.ts';
import type { Variable } from './program/variable.ts';

/** How Nodes and Variables become text in consoles and template strings, and what operators of JavaScript are told. */
export const texts = {
	[Symbol.toPrimitive](this: Node | Variable, hint: string): string {
		if (hint === 'string') return this.toString();
		const found = describe(this);
		throw new TypeError(hint === 'number' ? noNumber(found) : noPrimitive(found));
	},
	/** What fast-check calls a value in a counterexample: code, in one line, to try it again. */
	[Symbol.for('fast-check/toStringMethod')](this: Node | Variable): string {
		return (this instanceof Node ? codeText(this) : null) ?? this.toString();
	},
	[inspection](this: Node | Variable): string {
		return this.toString();
	},
};

function noNumber(found: string): string {
	return `number: got ${found} for an operator or function of JavaScript, which needs a number; write x.sub(y) for x - y, x.mul(y) for x * y, x.div(y) for x / y, x.pow(y) for x ** y, x.neg() for -x, x.greater(y) for x > y, x.less(y) for x < y, x.exp() for Math.exp(x); x.item() is the number of one element`;
}

function noPrimitive(found: string): string {
	return `+ or ==: got ${found}, which is neither a number nor a string; write x.add(y) for x + y, x.equal(y) for x == y, \${x} in a template string or String(x) for text`;
}
