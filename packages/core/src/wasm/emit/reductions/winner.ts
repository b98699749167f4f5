import type { DType } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { elementEmitters, type Functions } from '../elements.ts';
import { halves, pushNumber, single, type Value, width } from '../value.ts';
import type { Accumulator } from './accumulator.ts';
import { firstLanes, neutral } from './lanes.ts';

/** The best element that each lane has seen, and its position. */
interface Best {
	readonly value: Value;
	readonly at: Local;
}

/**
 * The position of the first largest or smallest; a NaN wins over numbers. It is -1 while there is nothing better than
 * what the lane begins with, which no number is worse than: if that is so to the end, the first of all is the one.
 */
export class Winner implements Accumulator {
	readonly #code: Code;
	readonly #functions: Functions;
	readonly #isLargest: boolean;
	readonly #start: number;
	/** One for each of the values side by side: to see which of two wins takes long, and none waits for another. */
	readonly #bests: readonly Best[];

	constructor(
		code: Code,
		functions: Functions,
		operation: 'argmax' | 'argmin',
		dtype: DType,
		sides: number,
	) {
		this.#code = code;
		this.#functions = functions;
		this.#isLargest = operation === 'argmax';
		this.#start = neutral(this.#isLargest ? 'max' : 'min', dtype, false);
		this.#bests = Array.from({ length: sides }, () => this.#nothingYet(dtype));
	}

	add(value: Value, count: number, position: Local | null, side: number): void {
		const best = this.#bests[side];
		if (position === null || best === undefined)
			throw new Error('internal: a winner without position');
		const taken = count < width ? firstLanes(this.#code, value, count, this.#start) : value;
		// Those that come later must be better to win, and nothing is better than a NaN.
		const [low, high] = this.#isLargest ? [taken, best.value] : [best.value, taken];
		const isNumber = this.#compare('equal', best.value, best.value);
		this.#code
			.get(isNumber)
			.get(this.#compare('lessEqual', low, high))
			.op('v128.andnot');
		this.#take(best, { value: taken, at: position }, this.#code.keep('v128'));
	}

	combined(): Value {
		const best = this.#together();
		for (const by of [2, 1] as const) {
			const at = single(this.#rotated({ dtype: 'i32', parts: [best.at] }, by));
			const other = { value: this.#rotated(best.value, by), at };
			this.#take(best, other, this.#beats(other, best));
		}
		return this.#positionOf(best);
	}

	apart(): Value {
		return this.#positionOf(this.#together());
	}

	#nothingYet(dtype: DType): Best {
		const code = this.#code;
		const parts = (dtype === 'f64' ? [0, 1] : [0]).map(() => {
			const part = code.local('v128');
			pushNumber(code, dtype, this.#start);
			code.set(part);
			return part;
		});
		const at = code.local('v128');
		code.i32x4(-1).set(at);
		return { value: { dtype, parts }, at };
	}

	/** The best of all sides, in each lane. */
	#together(): Best {
		const [best, ...others] = this.#bests;
		if (best === undefined) throw new Error('internal: a reduction of no side');
		for (const other of others) this.#take(best, other, this.#beats(other, best));
		return best;
	}

	/** Whether `other` wins over `best`, or equals it and comes first. */
	#beats(other: Best, best: Best): Local {
		const code = this.#code;
		const [x, y] = [best.value, other.value];
		const [low, high] = this.#isLargest ? [x, y] : [y, x];
		const better = this.#compare('less', low, high);
		const [xIsNumber, yIsNumber] = [this.#compare('equal', x, x), this.#compare('equal', y, y)];
		const tie = code
			.get(this.#compare('equal', x, y))
			.get(xIsNumber)
			.get(yIsNumber)
			.op('v128.or')
			.op('v128.not')
			.op('v128.or')
			.keep('v128');
		code.get(better).get(xIsNumber).get(yIsNumber).op('v128.andnot').op('v128.or');
		code.get(tie).get(other.at).get(best.at).op('i32x4.lt_s').op('v128.and');
		return code.op('v128.or').keep('v128');
	}

	/** Where `other` wins, it is the best. */
	#take({ value, at }: Best, other: Best, wins: Local): void {
		const code = this.#code;
		const chosen = elementEmitters.where(
			code,
			this.#functions,
			[{ dtype: 'bool', parts: [wins] }, other.value, value],
			value.dtype,
			undefined,
		);
		for (const [i, part] of chosen.parts.entries()) code.get(part).set(value.parts[i] as Local); // as many
		code.get(other.at).get(at).get(wins).op('v128.bitselect').set(at);
	}

	#compare(name: 'less' | 'lessEqual' | 'equal', x: Value, y: Value): Local {
		return single(elementEmitters[name](this.#code, this.#functions, [x, y], 'bool', undefined));
	}

	/** Each lane has what was so many lanes further on. */
	#rotated(x: Value, by: 1 | 2): Value {
		const code = this.#code;
		const { dtype } = x;
		if (dtype !== 'f64') {
			const part = single(x);
			code.get(part).get(part);
			if (by === 1) code.shuffle32(1, 2, 3, 0);
			else code.shuffle32(2, 3, 0, 1);
			return { dtype, parts: [code.keep('v128')] };
		}
		const [low, high] = halves(x);
		if (by === 2) return { dtype, parts: [high, low].map((part) => code.get(part).keep('v128')) };
		return {
			dtype,
			parts: [
				code.get(low).get(high).shuffle32(2, 3, 4, 5).keep('v128'),
				code.get(high).get(low).shuffle32(2, 3, 4, 5).keep('v128'),
			],
		};
	}

	#positionOf({ at }: Best): Value {
		return { dtype: 'i32', parts: [this.#code.get(at).i32x4(0).op('i32x4.max_s').keep('v128')] };
	}
}
