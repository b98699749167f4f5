import { randomKey, tensor } from '@pullback/core';
import { Affine } from '@pullback/nn';
import { mine } from '../../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	subjectsOf,
	wrongArgumentsFail,
} from '../../../core/test/wrongArguments.ts';
import * as explanation from '../../src/explanation/index.ts';
import * as graph from '../../src/graph/index.ts';

const exported = { ...explanation, ...graph };
/** Milliseconds: right calls draw. */
const drawing = { milliseconds: 3000 };
const x = tensor(2);
const y = x.exp();
const net = new Affine({ inputs: 2, outputs: 1, key: randomKey(0) });
const options = {
	names: { x },
	gradientOf: y,
	values: true,
	open: [],
	direction: 'down',
	maxNodes: 9,
	theme: 'dark',
	title: 'a',
	marks: new Map([[x, 'x']]),
};

const table: { readonly [Name in keyof typeof exported]: Row } = {
	drawGraph: { ...examples(() => [y, { ...options }]), ...drawing },
	graphDot: { ...examples(() => [[y, x], { ...options }]), ...drawing },
	recordCalls: {
		...examples(() => [net, mine(() => net.forward([[1, 2]]))]),
	},
	describeGraph: { ...examples(() => [y, { names: { x } }]), ...drawing },
	explainGradient: { ...examples(() => [y, x, { names: { x } }]), ...drawing },
};

everyExportIsAttacked(exported, table, {});
wrongArgumentsFail(subjectsOf(exported, table));
