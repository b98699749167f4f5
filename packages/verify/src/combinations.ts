import { type Compile, type Data, jvp, type Node, vjp } from '@pullback/core';
import { decisionsOf } from './decisions.ts';
import { isFloating, type Mode } from './exactJacobian.ts';
import { interpreted } from './interpreted.ts';
import type { TensorFunction } from './numericalGradient.ts';
import { randomDirections } from './projection.ts';

/** A function, a point, and random directions in which its derivatives are combined. */
export interface Subject {
	readonly f: TensorFunction;
	readonly inputs: readonly Node[];
	readonly cotangent: Node;
	/** One for each floating input. */
	readonly tangents: readonly Node[];
}

/** Chooses the directions for a function at a point, where its value is `y`: of either sign and of no two sizes. */
export function subjectOf(
	f: TensorFunction,
	inputs: readonly Node[],
	y: Node,
	seed: number,
): Subject {
	const shapes = [y, ...inputs.filter(isFloating)].map(({ shape }) => shape);
	const [cotangent, ...tangents] = randomDirections(shapes, seed) as [Node, ...Node[]]; // one for each shape
	// Most of them above 1, where a rule may clip them, and such that f32 holds them.
	const enlarged = (direction: Node): Node => double(single(direction.mul(-3)));
	return { f, inputs, cotangent: enlarged(cotangent), tangents: tangents.map(enlarged) };
}

/** The same in f32, if it is floating. */
export function single(x: Node): Node {
	return isFloating(x) ? x.cast('f32') : x;
}

/** The same in f64, if it is floating. */
export function double(x: Node): Node {
	return isFloating(x) ? x.cast('f64') : x;
}

/** Derivatives of a random combination of all outputs, and along random directions in all inputs. */
export interface Combinations {
	/** Of reverse mode one part for each floating input, of forward mode one; the same numbers whenever they are asked for. */
	by(mode: Mode['by']): readonly Data[];
	/** The branches taken on the way. */
	decisions(): Data;
	/** The same at another point, whose inputs have the same dtypes and shapes: by the same trace of the function. */
	at(point: Pick<Subject, 'inputs' | 'tangents'>): Combinations;
	/** The same computed once more, in any way. */
	again(mode: Mode['by'], compile: Compile): readonly Data[];
}

/** The combinations of several modes, from one trace of the function, when one of them is first asked for. */
export function combinations(subject: Subject, modes: readonly Mode[]): Combinations {
	const all = programOf(
		subject,
		modes.map(({ by }) => by),
		interpreted,
	);
	const at = (point: Pick<Subject, 'inputs' | 'tangents'>): Combinations => {
		let known: Computed | null = null;
		const values = (): Computed => {
			known ??= all(point);
			return known;
		};
		return {
			by: (mode) => values()[mode],
			decisions: () => values().decisions,
			at,
			again: (mode, compile) => programOf(subject, [mode], compile)(point)[mode],
		};
	};
	return at(subject);
}

interface Computed {
	readonly reverse: readonly Data[];
	readonly forward: readonly Data[];
	readonly decisions: Data;
}

/** The combinations by some modes at any point with as many tangents; it is traced when it is first called. */
function programOf(
	{ f, cotangent, tangents }: Subject,
	modes: readonly Mode['by'][],
	compile: Compile,
): (point: Pick<Subject, 'inputs' | 'tangents'>) => Computed {
	const program = compile((cotangent: Node, ...rest: Node[]) => {
		const [along, xs] = [rest.slice(0, tangents.length), rest.slice(tangents.length)];
		const y = f(...xs);
		const floating = xs.filter(isFloating);
		return {
			reverse: modes.includes('reverse') ? vjp(y, cotangent.cast(y.dtype), floating) : [],
			forward: modes.includes('forward') ? [jvp(y, floating, along)] : [],
			decisions: decisionsOf(y),
		};
	});
	return ({ inputs, tangents }) => {
		const { reverse, forward, decisions } = program(cotangent, ...tangents, ...inputs);
		return {
			reverse: reverse.map((slope) => slope.view()),
			forward: forward.map((slope) => slope.view()),
			decisions: decisions.view(),
		};
	};
}
