import { type Data, type DType, type Node, type Shape, tensor } from '@pullback/core';

/** How the elements of a leaf follow from their place: few words of code, for any size. */
export interface Pattern {
	/** Whole numbers, on which sums and products are exact; eighths of them; numbers that round; quarters of these; and numbers at which something changes. */
	readonly kind: 'whole' | 'eighths' | 'wave' | 'small' | 'special';
	readonly factor: number;
	readonly start: number;
}

/** An input or a Variable of a program: what it holds at first. */
export interface Leaf {
	readonly shape: Shape;
	readonly dtype: DType;
	readonly pattern: Pattern;
}

/** Elements repeat with this period: several are equal, and at any length that a block has they begin differently. */
const period = 17;

const arrayOf = {
	f32: Float32Array,
	f64: Float64Array,
	i32: Int32Array,
	u8: Uint8Array,
	bool: Uint8Array,
} as const;

/** Zeros of either sign, NaN, infinities, a subnormal number and a huge one, among ordinary ones. */
const special = [0, 1, -0, -2, Infinity, 3, Number.NaN, -Infinity, 2 ** -149, -1, 2 ** 127];

/** The tensor that a leaf begins with. */
export function tensorOf(leaf: Leaf): Node {
	const { shape, dtype } = leaf;
	const element = elementOf(leaf);
	const data: Data = new arrayOf[dtype](shape.reduce((size, length) => size * length, 1));
	for (let i = 0; i < data.length; i++) data[i] = element(i);
	return tensor(data, { shape, dtype });
}

/** The code of `tensorOf`. */
export function codeOfTensor(leaf: Leaf): string {
	const { shape, dtype } = leaf;
	const length = shape.reduce((size, each) => size * each, 1);
	const options = `{ shape: [${shape.join(', ')}]${dtype === 'bool' ? ", dtype: 'bool'" : ''} }`;
	return `tensor(${arrayOf[dtype].name}.from({ length: ${length} }, (_, i) => ${codeOfElement(leaf)}), ${options})`;
}

function elementOf({ dtype, pattern: { kind, factor, start } }: Leaf): (i: number) => number {
	if (dtype === 'bool') return (i) => (i * factor + start) % 2;
	if (dtype === 'u8') return (i) => (i * factor + start) % period;
	if (dtype === 'i32' || kind === 'whole') return (i) => ((i * factor + start) % period) - 8;
	if (kind === 'eighths') return (i) => (((i * factor + start) % period) - 8) / 8;
	if (kind === 'special') return (i) => special[(i * factor + start) % special.length] ?? 0;
	if (kind === 'small') return (i) => Math.sin(i * factor + start) / 4;
	return (i) => Math.sin(i * factor + start);
}

function codeOfElement({ dtype, pattern: { kind, factor, start } }: Leaf): string {
	const at = `${factor === 1 ? 'i' : `i * ${factor}`}${start === 0 ? '' : ` + ${start}`}`;
	const sum = at === 'i' ? 'i' : `(${at})`;
	if (dtype === 'bool') return `${sum} % 2`;
	if (dtype === 'u8') return `${sum} % ${period}`;
	if (dtype === 'i32' || kind === 'whole') return `(${sum} % ${period}) - 8`;
	if (kind === 'eighths') return `((${sum} % ${period}) - 8) / 8`;
	if (kind === 'special')
		return `[0, 1, -0, -2, Infinity, 3, NaN, -Infinity, 2 ** -149, -1, 2 ** 127][${sum} % ${special.length}]`;
	return kind === 'small' ? `Math.sin(${at}) / 4` : `Math.sin(${at})`;
}
