import type { ElementwiseName, Node, PrimitiveName } from '@pullback/core';
import { shownCount } from '../graph/numbers.ts';

/** For each input, the partial derivative in it: what a gradient is multiplied by, element by element. */
interface Local {
	readonly local: readonly string[];
}

/** For each input, what becomes of a gradient that is no multiplication of elements. */
interface Pulled {
	readonly pulled: readonly string[];
}

type Formulas = { readonly [Name in ElementwiseName]: Local } & {
	readonly [Name in Exclude<PrimitiveName, ElementwiseName>]: Pulled;
};

/**
 * The derivatives of all primitives in formulas, of inputs $a and $b, the output $y, and its gradient $g. Where there are
 * more inputs, the last formula is that of all others.
 */
const formulas: Formulas = {
	constant: { pulled: [] },
	variable: { pulled: [] },
	input: { pulled: [] },
	iota: { pulled: [] },
	add: { local: ['1', '1'] },
	mul: { local: ['$b', '$a'] },
	div: { local: ['1 / $b', '-$y / $b'] },
	neg: { local: ['-1'] },
	exp: { local: ['$y'] },
	expm1: { local: ['exp($a)'] },
	log: { local: ['1 / $a'] },
	log1p: { local: ['1 / (1 + $a)'] },
	sqrt: { local: ['1 / (2 $y)'] },
	sin: { local: ['cos($a)'] },
	cos: { local: ['-sin($a)'] },
	tanh: { local: ['1 - $y²'] },
	erf: { local: ['2 / √π exp(-$a²)'] },
	tan: { local: ['1 + $y²'] },
	asin: { local: ['1 / √(1 - $a²)'] },
	acos: { local: ['-1 / √(1 - $a²)'] },
	atan: { local: ['1 / (1 + $a²)'] },
	atan2: { local: ['$b / ($a² + $b²)', '-$a / ($a² + $b²)'] },
	sinh: { local: ['cosh($a)'] },
	cosh: { local: ['sinh($a)'] },
	asinh: { local: ['1 / √($a² + 1)'] },
	acosh: { local: ['1 / √($a² - 1)'] },
	atanh: { local: ['1 / (1 - $a²)'] },
	exp2: { local: ['$y ln 2'] },
	log2: { local: ['1 / ($a ln 2)'] },
	log10: { local: ['1 / ($a ln 10)'] },
	erfinv: { local: ['√π / 2 exp($y²)'] },
	lgamma: { local: ['digamma($a)'] },
	digamma: { local: ['trigamma($a)'] },
	zeta: { local: ['0', '-$a zeta($a + 1, $b)'] },
	mod: { local: ['1', '-floor($a / $b)'] },
	floorDivide: { local: ['0', '0'] },
	pow: { local: ['$b $a^($b - 1)', '$y ln $a'] },
	abs: { local: ['sign($a)'] },
	sign: { local: ['0'] },
	floor: { local: ['0'] },
	ceil: { local: ['0'] },
	round: { local: ['0'] },
	maximum: { local: ['1 if $a > $b, 1/2 if equal', '1 if $b > $a, 1/2 if equal'] },
	minimum: { local: ['1 if $a < $b, 1/2 if equal', '1 if $b < $a, 1/2 if equal'] },
	stopGradient: { local: ['0'] },
	checkFinite: { local: ['1'] },
	less: { local: ['0', '0'] },
	lessEqual: { local: ['0', '0'] },
	equal: { local: ['0', '0'] },
	logicalAnd: { local: ['0', '0'] },
	logicalOr: { local: ['0', '0'] },
	logicalNot: { local: ['0'] },
	where: { pulled: ['0', '$g where $a, else 0', '$g where not $a, else 0'] },
	cast: { pulled: ['$g'] },
	sum: { pulled: ['$g, repeated'] },
	max: { pulled: ['$g at the largest, else 0'] },
	min: { pulled: ['$g at the smallest, else 0'] },
	prod: { pulled: ['$g × product of the others'] },
	cumsum: { pulled: ['sums of $g from the end'] },
	argmax: { pulled: ['0'] },
	argmin: { pulled: ['0'] },
	argsort: { pulled: ['0'] },
	sort: { pulled: ['$g in the order of $a'] },
	broadcast: { pulled: ['sum of $g'] },
	reshape: { pulled: ['$g, reshaped'] },
	permute: { pulled: ['$g, axes permuted back'] },
	slice: { pulled: ['$g where taken, else 0'] },
	pad: { pulled: ['$g without the padding'] },
	windows: { pulled: ['sum of $g over the windows'] },
	flip: { pulled: ['$g, flipped'] },
	concatenate: { pulled: ['its part of $g'] },
	matmul: { pulled: ['$g $bᵀ', '$aᵀ $g'] },
	convolution: { pulled: ['$g convolved with flipped $b', '$a correlated with $g'] },
	gather: { pulled: ['$g, added where taken', '0'] },
	scatterAdd: { pulled: ['$g, taken where added', '0'] },
	randomBits: { pulled: ['0'] },
	after: { pulled: ['$g', '0'] },
	custom: { pulled: ['0', 'by a rule of its own'] },
};

/** How a gradient passes from a Node to one of its inputs. */
export interface Formula {
	readonly text: string;
	/** Whether it is a factor, by which each element is multiplied. */
	readonly isFactor: boolean;
}

/** The derivative of a Node in one of its inputs, of operands that are called as `nameOf` says. */
export function formulaOf(node: Node, index: number, nameOf: (node: Node) => string): Formula {
	const row: Local | Pulled = formulas[node.primitive.name as PrimitiveName]; // all names are in the table
	const isFactor = 'local' in row;
	const each = isFactor ? row.local : row.pulled;
	const text = each[Math.min(index, each.length - 1)] ?? '';
	const [a = node, b = node] = node.inputs;
	const operands: Readonly<Record<string, () => string>> = {
		$a: () => nameOf(a),
		$b: () => nameOf(b),
		$y: () => nameOf(node),
		$g: () => 'g',
	};
	return { text: text.replace(/\$[abyg]/g, (sign) => operands[sign]?.() ?? sign), isFactor };
}

const infix: Readonly<Record<string, string>> = {
	add: ' + ',
	mul: ' × ',
	div: ' / ',
	pow: '^',
	less: ' < ',
	lessEqual: ' ≤ ',
	equal: ' = ',
};

/** The most operands that are written. */
const maxOperands = 6;

/** An operation as one writes it: `a × b`, `exp(a)`. */
export function expressionOf({ primitive, inputs }: Node, nameOf: (node: Node) => string): string {
	const operands = inputs.slice(0, maxOperands).map(nameOf);
	if (inputs.length > maxOperands)
		operands.push(`... ${shownCount(inputs.length - maxOperands)} more`);
	const sign = Object.hasOwn(infix, primitive.name) ? infix[primitive.name] : undefined;
	if (sign !== undefined) return operands.join(sign);
	if (primitive.name === 'neg') return `-${operands[0]}`;
	return `${primitive.name}(${operands.join(', ')})`;
}
