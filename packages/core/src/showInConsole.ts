import { describe } from './graph/describe.ts';
import { Node } from './graph/node.ts';
import { PlanExplanation } from './program/explanation.ts';
import { Profile } from './program/profileResult.ts';
import { Variable } from './program/variable.ts';

/** What consoles of browsers ask about an object before they show it in their own way. */
interface ConsoleFormatter {
	/** What stands for the object, as nested arrays of tag, attributes and contents; null if it is none of ours. */
	header(value: unknown, config?: unknown): unknown;
	hasBody(): boolean;
	body(value: unknown): unknown;
}

/** Asks for the object as the browser itself shows it. */
const raw = {};

/**
 * Lets the console of a browser show Nodes, Variables, what `explainPlan` and `profile` return, and instances of other classes that have a `toString`, as text:
 * Chrome, Edge and Firefox do so if "custom formatters" are enabled in the settings of their developer tools. Opened,
 * the text shows the object's own fields.
 */
export function showInConsole(...others: readonly (new (...args: never[]) => object)[]): void {
	for (const [i, each] of others.entries())
		if (typeof each !== 'function' || typeof each.prototype !== 'object')
			throw new TypeError(
				`showInConsole: class ${i} is ${describe(each)}; it must be a class, whose instances have a toString`,
			);
	const classes = [Node, Variable, PlanExplanation, Profile, ...others];
	const formatter: ConsoleFormatter = {
		header: (value, config) =>
			config !== raw && classes.some((each) => value instanceof each)
				? ['pre', { style: 'margin: 0' }, String(value)]
				: null,
		hasBody: () => true,
		body: (value) => ['object', { object: value, config: raw }],
	};
	const page = globalThis as { devtoolsFormatters?: unknown[] }; // where browsers look for them
	page.devtoolsFormatters = [...(page.devtoolsFormatters ?? []), formatter];
}
