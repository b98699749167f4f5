import type { Node } from '../../graph/node.ts';
import { sizeOf } from '../../graph/shape.ts';
import { ExpressionBuilder, loadOf, type Resolve } from '../expressions/expressionBuilder.ts';
import { type Pack, type PanelLayout, type Panels, packedSize } from '../ir/kernel.ts';
import { identityMap } from '../nodes/indexMap.ts';
import { baseOf } from '../nodes/kinds.ts';
import { type Target, vectorLength } from '../target.ts';
import type { Buffers } from './buffers.ts';

/** The packed operands of a plan's products: each is packed once for all of them. */
export class Packs {
	readonly #materialized: ReadonlySet<Node>;
	readonly #buffers: Buffers;
	readonly #target: Target;
	/** By what they pack: a Variable's old value and its new one may lie in the same buffer. */
	readonly #known = new Map<Node, Map<string, Pack>>();
	#unclaimed: Pack[] = [];

	constructor(materialized: ReadonlySet<Node>, buffers: Buffers, target: Target) {
		this.#materialized = materialized;
		this.#buffers = buffers;
		this.#target = target;
	}

	/** An operand of a product, packed; of a left one its rows are the columns of the panels. */
	panels(operand: Node, side: 'left' | 'right', tail: PanelLayout['tail']): Panels {
		const rank = operand.shape.length;
		let source = operand;
		const resolve: Resolve = (node, map) => {
			source = baseOf(node);
			return loadOf(node, map, rank, (base) => this.#buffers.of(base));
		};
		const builder = new ExpressionBuilder(rank, this.#materialized, resolve, 'memory');
		const load = builder.at(operand, identityMap(operand.shape));
		if (load.kind !== 'load') throw new Error('internal: a product of what is not stored');
		const order = [...operand.shape.keys()];
		if (side === 'left') order.push(...order.splice(-2).reverse());
		const shape = order.map((axis) => operand.shape[axis] ?? 0);
		const strides = order.map((axis) => load.at.strides[axis] ?? 0);
		const leading = shape.slice(0, -2);
		const shared = leading.every((length, axis) => length === 1 || strides[axis] === 0);
		const [inner = 0, columns = 0] = shape.slice(-2);
		const batch = shared ? [] : leading;
		const at = { offset: load.at.offset, strides: shared ? strides.slice(-2) : strides };
		const { tileRows, tileColumns, panelFill } = this.#target;
		const isLeft = side === 'left';
		const panel = (isLeft ? tileRows : tileColumns)[load.dtype];
		const layout = {
			panel,
			tail,
			// Rows that are left over lie as far apart as those of a whole tile.
			fill: isLeft ? panel : panelFill,
			vector: vectorLength(this.#target, load.dtype),
		};
		const known = this.#known.get(source) ?? new Map<string, Pack>();
		this.#known.set(source, known);
		const key = `${at.offset} ${at.strides} ${batch} ${inner} ${columns} ${panel} ${layout.fill} ${tail}`;
		let pack = known.get(key);
		if (pack === undefined) {
			const size = sizeOf(batch) * packedSize(layout, inner, columns);
			const output = this.#buffers.make(load.dtype, size);
			pack = { kind: 'pack', layout, source: load.buffer, at, batch, inner, columns, output };
			known.set(key, pack);
			this.#unclaimed.push(pack);
		}
		return { kind: 'panels', buffer: pack.output, shared, layout };
	}

	/** The kernels for panels that were asked for since the last claim, which must run before what reads them. */
	claim(): readonly Pack[] {
		const claimed = this.#unclaimed;
		this.#unclaimed = [];
		return claimed;
	}
}
