import { createContext, Script } from 'node:vm';
import { tensor } from '../src/index.ts';

/** What a user's own code throws, which may pass through ours. */
export class Trap extends Error {}

/** A function that a user passes: what it throws is the user's. */
export const mine =
	<Args extends readonly unknown[], Result>(f: (...args: Args) => Result) =>
	(...args: Args): Result => {
		try {
			return f(...args);
		} catch (error) {
			throw new Trap(String(error));
		}
	};

/** A value that is wrong wherever an argument of most functions stands. */
export interface Hostile {
	readonly label: string;
	readonly make: () => unknown;
	/** Whether no argument of any function may be such a thing, so that a result would be wrong whatever it is. */
	readonly isNever?: boolean;
	/** Whether asking it anything throws, in words that are not ours. */
	readonly throws?: boolean;
}

const realm = createContext({});

/** What makes a value of another realm. */
function foreign(source: string): () => unknown {
	const script = new Script(source);
	return () => script.runInContext(realm);
}

// Made once: they take longer than the calls.
const deep = nested(20_000);
const wide = shared(60);
const long = 'x'.repeat(1_000_000);

const values: readonly (readonly [label: string, make: () => unknown])[] = [
	['undefined', () => undefined],
	['null', () => null],
	['true', () => true],
	['NaN', () => Number.NaN],
	['Infinity', () => Infinity],
	['-1', () => -1],
	['-0', () => -0],
	['0.5', () => 0.5],
	['7', () => 7],
	['2^31', () => 2 ** 31],
	['2^53', () => 2 ** 53],
	['1e308', () => 1e308],
	["''", () => ''],
	["'3'", () => '3'],
	["'f16'", () => 'f16'],
	['a string with a NUL', () => 'a\0b'],
	["'constructor'", () => 'constructor'],
	["'__proto__'", () => '__proto__'],
	['a long string', () => long],
	['a number object', () => Object(1)],
	['{}', () => ({})],
	['an object without a class', () => Object.create(null)],
	['[]', () => []],
	['[[]]', () => [[]]],
	['[1.5, -1]', () => [1.5, -1]],
	['[NaN]', () => [Number.NaN]],
	["['a', 'b']", () => ['a', 'b']],
	['[null, undefined]', () => [null, undefined]],
	['[10n, Symbol()]', () => [10n, Symbol('s')]],
	['ragged arrays', () => [[1, 2], [3]]],
	['an array that contains itself', () => containing()],
	['arrays 20,000 deep', () => deep],
	['arrays shared 2^60 times', () => wide],
	['an array with holes', () => new Array(2)],
	['an array with 4 billion holes', () => new Array(2 ** 32 - 1)],
	['a shape of 2^31', () => [2 ** 31]],
	['a shape of 2^32', () => [2 ** 16, 2 ** 16]],
	['a shape of 2^55', () => [2 ** 53, 4]],
	['a shape of 100 axes', () => new Array(100).fill(1)],
	['something like an array', () => ({ length: 2, 0: 1, 1: 2 })],
	['a function', () => () => undefined],
	['a Set', () => new Set([1])],
	['an Int16Array', () => new Int16Array(2)],
	['a BigInt64Array', () => new BigInt64Array(2)],
	['a DataView', () => new DataView(new ArrayBuffer(8))],
	['an ArrayBuffer', () => new ArrayBuffer(8)],
	['a SharedArrayBuffer', () => new SharedArrayBuffer(8)],
	['shared floats', () => new Float32Array(new SharedArrayBuffer(8))],
	['a Float32Array', () => Float32Array.of(1, Number.NaN)],
	['a Uint8Array', () => Uint8Array.of(1, 2)],
	['a detached Float32Array', () => detached()],
	['what has the prototype of a Float32Array', () => Object.create(Float32Array.prototype)],
	['a foreign array', foreign('[1, 2]')],
	['a foreign object', foreign('({ dtype: "f16", axis: 7 })')],
	['a foreign function', foreign('(() => 1)')],
	['a foreign Float32Array', foreign('Float32Array.of(1, 2)')],
	['a scalar Node', () => tensor(2)],
	['a Node of rank 3', () => tensor([[[1], [2]]])],
	['an empty Node', () => tensor([])],
	['an empty Node of rank 2', () => tensor([[], []])],
	['a bool Node', () => tensor([true, false])],
	['a u8 Node', () => tensor(Uint8Array.of(1, 2))],
	['an i32 Node', () => tensor([5, -9], { dtype: 'i32' })],
	['an f64 Node', () => tensor([1, Number.NaN], { dtype: 'f64' })],
	['what reads as nothing', () => ({ read: () => undefined })],
	['what reads as itself', () => reading()],
	['an endless Proxy of an array', () => endless([])],
	['an endless Proxy of an object', () => endless({})],
	['an endless Proxy of a function', () => endless(() => undefined)],
];

/** `Float16Array`, where it exists. */
const halves: unknown = Reflect.get(globalThis, 'Float16Array');

const never: readonly (readonly [label: string, make: () => unknown])[] = [
	['a symbol', () => Symbol('s')],
	['a bigint', () => 10n],
	['a Date', () => new Date(0)],
	['a Map', () => new Map([['dtype', 'f16']])],
	['a regular expression', () => /x/],
	['a promise', () => Promise.resolve(1)],
	...(typeof halves === 'function'
		? [['a Float16Array', () => Reflect.construct(halves, [2])] as const]
		: []),
];

const throwing: readonly (readonly [label: string, make: () => unknown])[] = [
	['a revoked Proxy', () => revoked({})],
	['a revoked Proxy of an array', () => revoked([])],
	['a Proxy that throws', () => trapped({})],
	['a Proxy of an array that throws', () => trapped([])],
	['an object whose properties throw', () => throwingObject()],
	['a class', () => class Foreign {}],
];

/** Everything that one finds passed to functions by mistake, and more. */
export const hostileValues: readonly Hostile[] = [
	...values.map(([label, make]) => ({ label, make })),
	...never.map(([label, make]) => ({ label, make, isNever: true })),
	...throwing.map(([label, make]) => ({ label, make, throws: true })),
];

function containing(): unknown[] {
	const array: unknown[] = [];
	array.push(array, array);
	return array;
}

function nested(depth: number): unknown {
	let array: unknown = 1;
	for (let i = 0; i < depth; i++) array = [array];
	return array;
}

function shared(depth: number): unknown {
	let array: unknown = 1;
	for (let i = 0; i < depth; i++) array = [array, array];
	return array;
}

function detached(): Float32Array {
	const data = Float32Array.of(1, 2);
	structuredClone(data, { transfer: [data.buffer] });
	return data;
}

function reading(): unknown {
	const self = { read: (): unknown => self };
	return self;
}

function endless(target: object): unknown {
	const proxy: unknown = new Proxy(target, {
		get: () => proxy,
		has: () => true,
		apply: () => proxy,
	});
	return proxy;
}

function revoked(target: object): unknown {
	const { proxy, revoke } = Proxy.revocable(target, {});
	revoke();
	return proxy;
}

function trapped(target: object): unknown {
	const trap = (): never => {
		throw new Trap('a trap');
	};
	return new Proxy(target, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap });
}

function throwingObject(): unknown {
	const get = (): never => {
		throw new Trap('a property');
	};
	const names = ['dtype', 'shape', 'length', 'read', 'axis', 'axes', 'keepDims', '0', 'high'];
	return Object.defineProperties(
		{},
		Object.fromEntries(names.map((name) => [name, { get, enumerable: true }])),
	);
}
