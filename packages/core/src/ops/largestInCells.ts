import type { Node } from '../graph/node.ts';
import { largestInWindows } from './largestInWindows.ts';
import { type Cells, cellByCell, evenWindows } from './poolingCells.ts';
import { max } from './reductions.ts';
import { everyElement, type Winners, winnersAlong } from './winners.ts';
import { winnersInWindows } from './winnersInWindows.ts';

/** The largest element of each cell of the last axes of x; the first of equals has all of the derivative. */
export function largestInCells(x: Node, cells: readonly Cells[]): Node {
	const even = evenWindows(cells);
	if (even !== null) return largestInWindows(x, even);
	return cellByCell(x, cells, (sofar, elementsOf, axis) => max(elementsOf(sofar), axis));
}

/** The first largest element in row-major order of each cell of the last axes of x. */
export function winnersInCells(x: Node, cells: readonly Cells[]): Winners {
	const even = evenWindows(cells);
	if (even !== null) return winnersInWindows(x, even);
	const all = everyElement(x, cells.length);
	return cellByCell<Winners>(all, cells, (sofar, elementsOf, axis) => {
		const values = elementsOf(sofar.values);
		const positions = elementsOf(sofar.positions);
		return winnersAlong({ ...sofar, values, positions }, [values.shape.length + axis]);
	});
}
