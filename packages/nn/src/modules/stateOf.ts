import type { Node } from '@pullback/core';
import { describe } from '@pullback/core/arguments';
import { type AnyModule, Module } from './module.ts';

/**
 * The values of a module's parameters and buffers by their paths in `module.namedVariables()`, as they are now: what to
 * save, and what `loadState` takes. They do not change when the module is trained on.
 */
export function stateOf(module: AnyModule): Map<string, Node> {
	if (!(module instanceof Module))
		throw new TypeError(`stateOf: module is ${describe(module)}; it must be a Module`);
	return new Map(Array.from(module.namedVariables(), ([path, each]) => [path, each.read()]));
}
