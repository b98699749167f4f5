import type { Node } from './node.ts';

/** What a Node is called: a leaf by the name that it was given, if any. */
export function nameOf({ primitive, inputs, params }: Node): string {
	if (inputs.length > 0 || typeof params !== 'object' || params === null) return primitive.name;
	return 'name' in params && typeof params.name === 'string' && params.name !== ''
		? `${primitive.name} ${params.name}`
		: primitive.name;
}
