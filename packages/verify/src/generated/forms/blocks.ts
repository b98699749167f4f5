import { concatenate, matmul, take } from '@pullback/core';
import { call, made, rankOf, type Value } from '../value.ts';
import type { Form, Place } from '../writer.ts';
import { rolled } from './movement.ts';

/** Width and number of the rows of features [..., rows, width]. */
function sizesOf({ node: { shape } }: Value): { rows: number; width: number } {
	return { rows: shape.at(-2) ?? 1, width: shape.at(-1) ?? 1 };
}

const product = (x: Value, y: Value): Value => made('matmul', matmul, x, y);

/** Features times a parameter. */
function mapped(p: Place, x: Value): Value {
	const { width } = sizesOf(x);
	return product(x, p.parameter([width, width]));
}

function activated(p: Place, x: Value): Value {
	return call(x, p.one(['tanh', 'relu', 'sigmoid', 'gelu', 'silu'] as const));
}

/** What passes between rows: a matrix that is given, or learned, or made of the features themselves. */
function adjacency(p: Place, x: Value): Value {
	const { rows } = sizesOf(x);
	const given = p.find(({ node }) => String(node.shape) === String([rows, rows]));
	return p.one([
		() => given ?? p.parameter([rows, rows]),
		() => p.parameter([rows, rows]),
		() => call(call(product(x, call(x, 'transpose')), 'mul', 0.1), 'softmax', -1),
	])();
}

function normalized(p: Place, x: Value): Value {
	const centred = p.bind(call(x, 'sub', call(x, 'mean', -1, { keepDims: true })));
	const variance = call(call(centred, 'square'), 'mean', -1, { keepDims: true });
	return call(centred, 'div', call(call(variance, 'add', 1e-5), 'sqrt'));
}

const plus = (p: Place, x: Value, y: Value): Value =>
	p.choose(2) === 0 ? call(x, 'add', y) : call(y, 'add', x);

const dense: Form = (p) => {
	const { width } = sizesOf(p.x);
	return activated(p, call(mapped(p, p.x), 'add', p.parameter([width])));
};

/** A residual after a product, and a graph convolution: what comes from neighbours, and from each row itself. */
const residual: Form = (p) => {
	const t = p.bind(activated(p, p.x));
	return plus(p, product(adjacency(p, t), t), t);
};
const graphConvolution: Form = (p) => {
	const neighbours = product(adjacency(p, p.x), p.x);
	return activated(p, plus(p, mapped(p, neighbours), mapped(p, p.x)));
};

const mixer: Form = (p) => {
	const { rows } = sizesOf(p.x);
	const n = p.bind(normalized(p, p.x));
	const mixed = p.bind(plus(p, p.x, product(p.parameter([rows, rows]), activated(p, n))));
	return plus(p, mixed, activated(p, mapped(p, mixed)));
};

const attention: Form = (p) => {
	const { x } = p;
	const { rows, width } = sizesOf(x);
	const heads = width % 2 === 0 && p.choose(2) === 1 ? 2 : 1;
	const rank = rankOf(x);
	const lead = x.node.shape.slice(0, -2);
	const order = [...lead.keys(), rank - 1, rank - 2, rank];
	const apart = (y: Value): Value =>
		heads === 1
			? y
			: call(call(y, 'reshape', [...lead, rows, heads, width / heads]), 'permute', order);
	const [q, k, v] = [mapped(p, x), mapped(p, x), mapped(p, x)].map((each) =>
		p.bind(apart(each)),
	) as [Value, Value, Value]; // three of three
	const scores = call(product(q, call(k, 'transpose')), 'mul', 1 / Math.sqrt(width / heads));
	const mixed = product(call(scores, 'softmax', -1), v);
	const joined =
		heads === 1 ? mixed : call(call(mixed, 'permute', order), 'reshape', [...lead, rows, width]);
	return p.choose(3) === 0 ? joined : plus(p, joined, x);
};

/** Forces between all bodies, added to their positions. */
const bodies: Form = (p) => {
	const { x } = p;
	const rank = rankOf(x);
	const apart = p.bind(
		call(call(x, 'expandDims', rank - 2), 'sub', call(x, 'expandDims', rank - 1)),
	);
	const distance = call(call(apart, 'square'), 'sum', -1, { keepDims: true });
	const force = p.one([
		() => call(apart, 'div', call(call(distance, 'add', 0.5), 'pow', 1.5)),
		() => call(apart, 'tanh'),
		() => call(apart, 'mul', call(call(distance, 'neg'), 'exp')),
	])();
	return plus(p, call(force, 'sum', p.one([rank - 1, rank - 2])), x);
};

/** The mean of neighbours in a ring, or of a row and its mirror image. */
const neighbours: Form = (p) => {
	const t = p.bind(p.choose(2) === 0 ? p.x : activated(p, p.x));
	const axis = rankOf(t) - 2;
	const other = p.one([
		() => call(rolled(t, axis), 'add', call(rolled(call(t, 'flip', [axis]), axis), 'flip', [axis])),
		() => call(t, 'flip', [axis]),
		() => rolled(t, axis),
	])();
	return plus(p, call(other, 'mul', 0.5), t);
};

const norm: Form = (p) => {
	const { width } = sizesOf(p.x);
	const scaled = call(normalized(p, p.x), 'mul', p.parameter([width]));
	return call(scaled, 'add', p.parameter([width]));
};

const gate: Form = (p) => {
	const open = p.bind(call(mapped(p, p.x), 'sigmoid'));
	const fresh = call(mapped(p, p.x), 'tanh');
	return call(call(open, 'mul', p.x), 'add', call(call(call(open, 'neg'), 'add', 1), 'mul', fresh));
};

const embedding: Form = (p) => {
	const { rows, width } = sizesOf(p.x);
	const tokens = p.find(
		({ node }) => node.dtype === 'i32' && String(node.shape) === String([rows]),
	);
	if (tokens === null) return null;
	const known = made(
		'take',
		take,
		p.parameter([17, width]),
		call(call(tokens, 'abs'), 'clip', 0, 16),
	);
	return plus(p, p.x, known);
};

/** All rows in one, and each beside it. */
const pooled: Form = (p) => {
	const axis = rankOf(p.x) - 2;
	const one = p.one([
		() => call(p.x, p.one(['amax', 'max', 'mean'] as const), axis, { keepDims: true }),
		() => call(call(p.x, 'mul', call(p.x, 'softmax', axis)), 'sum', axis, { keepDims: true }),
		() => call(p.x, 'std', axis, { keepDims: true }),
	])();
	return p.choose(2) === 0 ? call(p.x, 'sub', one) : activated(p, call(mapped(p, one), 'add', p.x));
};

/** Each row from those before it: running means, shifts, and a recurrence over few rows. */
const sequence: Form = (p) => {
	const { x } = p;
	const axis = rankOf(x) - 2;
	const { rows, width } = sizesOf(x);
	return p.one([
		() => call(call(x, 'cumsum', axis), 'mul', 1 / Math.max(rows, 1)),
		() => call(mapped(p, x), 'add', mapped(p, rolled(x, axis))),
		() => {
			if (rows > 9 || rows === 0) return x;
			const [own, before] = [p.parameter([width, width]), p.parameter([width, width])];
			const skipped = Array.from({ length: axis }, () => null);
			const states: Value[] = [];
			for (let at = 0; at < rows; at++) {
				const now = product(call(x, 'slice', ...skipped, [at, at + 1]), own);
				const last = states.at(-1);
				const state = last === undefined ? now : call(now, 'add', product(last, before));
				states.push(p.bind(call(state, 'tanh')));
			}
			return made('concatenate', concatenate, states, axis);
		},
	])();
};

/** Second moments: rows times rows times rows. */
const moments: Form = (p) => {
	const t = p.bind(call(p.x, 'tanh'));
	const { rows } = sizesOf(t);
	return plus(
		p,
		call(product(product(t, call(t, 'transpose')), t), 'mul', 1 / Math.max(rows, 1)),
		t,
	);
};

/** Layers of nets, each of features [..., rows, width] to the like of them; several times what most nets are made of. */
export const blocks: readonly Form[] = [
	dense,
	residual,
	residual,
	residual,
	graphConvolution,
	mixer,
	attention,
	attention,
	bodies,
	bodies,
	neighbours,
	norm,
	gate,
	embedding,
	pooled,
	sequence,
	moments,
	moments,
];
