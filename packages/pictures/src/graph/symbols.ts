import type { Node } from '@pullback/core';
import { paramsOf } from './params.ts';

/** The signs of operations that have one. */
const signs: Readonly<Record<string, string>> = {
	add: '+',
	mul: '×',
	div: '÷',
	neg: '−',
	pow: 'xʸ',
	sqrt: '√',
	abs: '|x|',
	sum: 'Σ',
	prod: 'Π',
	less: '<',
	lessEqual: '≤',
	equal: '=',
	logicalAnd: '∧',
	logicalOr: '∨',
	logicalNot: '¬',
};

/** An operation as its circle shows it: its sign, or its name. */
export function signOf(node: Node): string {
	const { name } = node.primitive;
	return Object.hasOwn(signs, name) ? (signs[name] ?? name) : name;
}

/** What a Node is drawn as. */
export type NodeKind = 'operation' | 'variable' | 'buffer' | 'input' | 'constant';

/** What a Node is: an operation; what holds a value; what stands for one; or what is one. */
export function kindOfNode(node: Node, isBuffer: boolean): NodeKind {
	if (node.inputs.length > 0) return 'operation';
	const { name } = node.primitive;
	if (name === 'variable') return isBuffer ? 'buffer' : 'variable';
	return name === 'input' ? 'input' : 'constant';
}

/** The parameters of an operation in words, such as `axes [0]`; empty if it has none that can be told. */
export function paramsText(node: Node): string {
	if (node.inputs.length === 0) return '';
	return Object.entries(paramsOf(node))
		.flatMap(([name, value]) => {
			if (name === 'shape' || name === 'dtype') return [];
			if (Array.isArray(value) && value.every((each) => typeof each === 'number'))
				return [`${name} [${value.join(', ')}]`];
			return typeof value === 'number' || typeof value === 'boolean' ? [`${name} ${value}`] : [];
		})
		.join(', ');
}
