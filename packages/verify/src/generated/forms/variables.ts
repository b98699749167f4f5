import { call, type Value } from '../value.ts';
import type { Form, NamedVariable, Place } from '../writer.ts';
import { asWhole } from './elements.ts';

const read = ({ variable, code }: NamedVariable): Value => ({
	node: variable.read(),
	code: `${code}.read()`,
});

/** A Variable into which the operand fits, perhaps after a cast. */
function target({ x, variables, choose }: Place): NamedVariable | null {
	const fitting = variables.filter(
		({ variable }) => String(variable.shape) === String(x.node.shape),
	);
	return fitting.length === 0 ? null : (fitting[choose(fitting.length)] ?? null);
}

/** A value in another dtype; of floating ones, those that whole numbers do not hold would be refused. */
function converted(x: Value, dtype: Value['node']['dtype']): Value {
	const fitting = dtype === 'i32' || dtype === 'u8' ? asWhole(x) : x;
	return fitting.node.dtype === dtype ? fitting : call(fitting, 'cast', dtype);
}

/** Reads, assignments and swaps of Variables. */
export const variableForms: readonly Form[] = [
	({ variables, one }) => (variables.length === 0 ? null : read(one(variables))),
	(p) => {
		const to = target(p);
		if (to === null) return null;
		const value = p.bind(converted(p.x, to.variable.dtype));
		p.assign([[to, value]]);
		return value;
	},
	// Swapped at once, and one after the other.
	(p) => {
		const pair = alike(p);
		if (pair === null) return null;
		const [a, b] = pair;
		const [before, after] = [p.bind(read(a)), p.bind(read(b))];
		if (p.choose(2) === 0)
			p.assign([
				[a, after],
				[b, before],
			]);
		else {
			p.assign([[a, after]]);
			p.assign([[b, before]]);
		}
		return before;
	},
];

/** The first two Variables, if each holds what the other does. */
function alike({ variables: [a, b] }: Place): [NamedVariable, NamedVariable] | null {
	if (a === undefined || b === undefined) return null;
	const same =
		a.variable.dtype === b.variable.dtype && String(a.variable.shape) === String(b.variable.shape);
	return same ? [a, b] : null;
}
