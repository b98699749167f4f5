import type { DType } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { indicesOf, sizeOf } from '../../graph/shape.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import type { Target } from '../target.ts';

/**
 * The most elements that are folded one by one. Of [100, 30, 24, 24] by 2x2 the largest take 1 ms, and 10 where loops of
 * two within two find them.
 */
const maxPlaces = 16;

/**
 * A reduction over the places of small windows: as the fold of slices, one for each place, in the order of the places. The
 * Node itself if it is none. By shapes alone, as everything that decides about bits.
 */
export function foldedWindows(node: Node, { accumulators }: Target): Node {
	const fold = folds.get(node.primitive);
	const [windows] = node.inputs;
	if (fold === undefined || windows?.primitive !== primitives.windows) return node;
	const { size, stride, dilation } = windows.params as ParamsOf<'windows'>; // of windows
	const { axes } = node.params as { readonly axes: readonly number[] }; // of these three, ascending
	const [x] = windows.inputs as readonly [Node]; // of windows
	const lead = x.shape.length - size.length;
	const areThePlaces = axes.length === size.length && axes.every((axis, i) => axis === lead + i);
	if (!areThePlaces || sizeOf(size) > maxPlaces) return node;
	const { shape, dtype } = node;
	// Truth values have a largest one, but no maximum of two.
	if (dtype === 'bool') return node;
	const kept = fold === 'add' ? accumulators[dtype] : dtype;
	let folded: Node | null = null;
	for (const place of indicesOf(size)) {
		const start = [
			...x.shape.slice(0, lead).fill(0),
			...place.map((at, i) => at * (dilation[i] ?? 1)),
		];
		const step = [...x.shape.slice(0, lead).fill(1), ...stride];
		const part = inDType(nodeOf('slice', [x], { start, step, shape }), kept);
		folded = folded === null ? part : nodeOf(fold, [folded, part], null);
	}
	return folded === null ? node : inDType(folded, dtype);
}

const folds: ReadonlyMap<object, 'add' | 'maximum' | 'minimum'> = new Map<
	object,
	'add' | 'maximum' | 'minimum'
>([
	[primitives.sum, 'add'],
	[primitives.max, 'maximum'],
	[primitives.min, 'minimum'],
]);

function inDType(node: Node, dtype: DType): Node {
	return node.dtype === dtype ? node : nodeOf('cast', [node], { dtype });
}
