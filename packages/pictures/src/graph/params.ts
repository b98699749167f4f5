import type { Node } from '@pullback/core';

/** What some of the parameters of Nodes are called. */
interface Params {
	readonly name?: unknown;
	readonly cell?: unknown;
	readonly data?: unknown;
	readonly late?: unknown;
}

/** The parameters of a Node by name, whatever they are. */
export function paramsOf({ params }: Node): Params {
	return typeof params === 'object' && params !== null ? { ...params } : {};
}
