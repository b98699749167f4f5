import {
	checkpoint,
	custom,
	grad,
	hvp,
	jvp,
	matmul,
	type Node,
	sum,
	tensor,
	variable,
	vmap,
	where,
} from '@pullback/core';
import fc from 'fast-check';
import { withParameters } from '../../../src/index.ts';
import { entriesOf, filled, near, one, vector, within } from './rows.ts';

const any = one(within(-2, 2));
const positive = one(within(0.5, 2));

/** log(1 + exp(x)), with the rule that one writes by hand. */
const softplus = custom<readonly [Node]>({
	forward: (x) => x.maximum(0).add(x.abs().neg().exp().log1p()),
	vjp: (cotangent, [x]) => [cotangent.mul(x.sigmoid())],
});
const logarithm = custom<readonly [Node]>({
	forward: (x) => x.log(),
	vjp: (cotangent, [x]) => [cotangent.div(x)],
	jvp: ([tangent], [x]) => tangent?.div(x) ?? null,
});
const product = custom<readonly [Node, Node]>({
	forward: (x, y) => x.mul(y),
	vjp: (cotangent, [x, y]) => [cotangent.mul(y), cotangent.mul(x)],
});
/** sqrt by Newton, of which the rule differentiates the fixed point and not the steps. */
const root = custom<readonly [Node]>({
	forward: (x) => {
		let y = x;
		for (let i = 0; i < 8; i++) y = y.add(x.div(y)).div(2);
		return y;
	},
	vjp: (cotangent, [x]) => [cotangent.div(x.sqrt().mul(2))],
});
/** The larger part of a function is not differentiated at all, rightly: it does not depend on x. */
const shifted = (x: Node): Node => {
	const shift = x.amax().stopGradient();
	return x.sub(shift).exp().sum().log().add(shift);
};
const weight = variable(tensor(new Float64Array(4), { shape: [2, 2] }));
const offset = variable(tensor(new Float64Array(2)));
const layer = (x: Node): Node => matmul(weight.read(), x).add(offset.read()).tanh();
const twice = (x: Node): Node => layer(layer(x));

/** Rules and transforms: custom operations, checkpoints, maps, derivatives of derivatives, Variables. */
const transforms = entriesOf('rules and transforms', [
	['softplus with a rule of its own', (x) => softplus(x), any, null],
	['log with a rule for each mode', (x) => logarithm(x), positive, null],
	['a product with a rule of its own, of x and x', (x) => product(x, x).sin(), any, null],
	[
		'a product with a rule of its own',
		(x, y) => product(x, y.exp()),
		fc.tuple(filled([2], within(-1, 1)), filled([2], within(-1, 1))),
		null,
	],
	['a root by iteration, with the rule of what it converges to', (x) => root(x), positive, null],
	[
		'logSumExp with a shift that takes no gradient',
		shifted,
		vector(within(0, 1), within(2, 3), within(-1, 0)),
		'lambda x: torch.log(torch.exp(x - x.max().detach()).sum()) + x.max().detach()',
	],
	[
		'softmax with a shift that takes no gradient',
		(x) => {
			const powers = x.sub(x.amax().stopGradient()).exp();
			return powers.div(powers.sum());
		},
		vector(within(500, 501), within(502, 503), within(-1, 0)),
		'lambda x: torch.exp(x - x.max().detach()) / torch.exp(x - x.max().detach()).sum()',
	],
	[
		'what takes no gradient, times 0',
		(x) => x.sin().add(x.exp().stopGradient().mul(0)),
		any,
		'lambda x: torch.sin(x) + torch.exp(x).detach() * 0',
	],
	[
		'a checkpoint',
		(x) => checkpoint((y: Node) => y.sin().mul(y.exp()))(x),
		any,
		'lambda x: torch.utils.checkpoint.checkpoint(lambda y: torch.sin(y) * torch.exp(y), x, use_reentrant=False)',
	],
	[
		'a checkpoint within a checkpoint',
		(x) => checkpoint((y: Node) => checkpoint((z: Node) => z.sin().square())(y).mul(y))(x),
		any,
		null,
	],
	[
		'a checkpoint of what is near the edge of a domain',
		(x) => checkpoint((y: Node) => y.sqrt().log())(x),
		one(near(1e-6)),
		null,
	],
	[
		'a checkpoint of a rule of its own',
		(x) => checkpoint((y: Node) => softplus(y).square())(x),
		any,
		null,
	],
	['a map over a scalar function', (x) => vmap((y: Node) => y.tanh().mul(y))(x), any, null],
	[
		'a map over one operand of two',
		(x, y) => vmap((a: Node, b: Node) => a.mul(b).sum(), { inAxes: [0, null] })(x, y),
		fc.tuple(filled([2, 2], within(-1, 1)), filled([2], within(-1, 1))),
		null,
	],
	[
		'a map of gradients',
		(x) => vmap((row: Node) => grad(row.sin().prod(), [row])[0] ?? row)(x),
		fc.tuple(filled([2, 2], within(0.5, 1))),
		null,
	],
	[
		'a map of a map',
		(x) => vmap(vmap((y: Node) => y.exp().sin()))(x),
		fc.tuple(filled([2, 2], within(-1, 1))),
		null,
	],
	[
		'a map of checkpoints',
		(x) => vmap((row: Node) => checkpoint((y: Node) => y.softmax())(row))(x),
		fc.tuple(filled([2, 2], within(-1, 1))),
		null,
	],
	['a gradient as a function', (x) => grad(sum(x.sin().mul(x.square())), [x])[0] ?? x, any, null],
	[
		'a derivative along a direction as a function',
		(x) => jvp(x.tanh().mul(x.exp()), [x], [x.square()]),
		any,
		null,
	],
	[
		'the length of a gradient, as in a penalty',
		(x) => grad(sum(x.pow(3).mul(x.flip())), [x])[0]?.norm() ?? x,
		one(within(0.5, 1)),
		null,
	],
	[
		'a Hessian times a vector',
		(x) => hvp(x.sin().prod(), [x], [x.square()])[0],
		one(within(0.5, 1)),
		null,
	],
	[
		'a layer in its input and its Variables',
		withParameters(layer, [weight, offset]),
		fc.tuple(filled([2], within(-1, 1)), filled([2, 2], within(-1, 1)), filled([2], within(-1, 1))),
		'lambda x, w, b: torch.tanh(w @ x + b)',
	],
	[
		'a layer applied twice, with the same Variables',
		withParameters(twice, [weight, offset]),
		fc.tuple(filled([2], within(-1, 1)), filled([2, 2], within(-1, 1)), filled([2], within(-1, 1))),
		'lambda x, w, b: torch.tanh(w @ torch.tanh(w @ x + b) + b)',
	],
	[
		'Variables alone',
		withParameters(() => weight.read().mul(weight.read().transpose()).sin(), [weight]),
		fc.tuple(filled([2, 2], within(-1, 1))),
		'lambda w: torch.sin(w * w.T)',
	],
]);

/** Functions that compute a part in single precision, whose values are steps of 1e-7. */
const single = entriesOf('single precision inside', [
	[
		'the sine in f32',
		(x) => x.cast('f32').sin().cast('f64'),
		one(within(-1, 1)),
		'lambda x: torch.sin(x.float()).double()',
	],
	[
		'the product of f32 and f64',
		(x) => x.cast('f32').cast('f64').mul(x),
		one(within(0.5, 2)),
		'lambda x: x.float().double() * x',
	],
	[
		'a result in f32',
		(x) => x.exp().cast('f32'),
		one(within(-1, 1)),
		'lambda x: torch.exp(x).float()',
	],
	[
		'a matrix product in f32',
		(x, y) => matmul(x.cast('f32'), y.cast('f32')).cast('f64').tanh(),
		fc.tuple(filled([2, 2], within(-1, 1)), filled([2], within(-1, 1))),
		'lambda x, y: torch.tanh((x.float() @ y.float()).double())',
	],
	[
		'softmax in f32',
		(x) => x.cast('f32').softmax().cast('f64'),
		vector(within(0, 1), within(0, 1)),
		'lambda x: torch.softmax(x.float(), -1).double()',
	],
	[
		'1000 plus the sine in f32, of which little is left',
		(x) => x.cast('f32').sin().add(1e3).cast('f64'),
		one(within(-1, 1)),
		'lambda x: (torch.sin(x.float()) + 1000).double()',
		[false, false],
	],
	[
		'a mask from f32',
		(x) => where(x.cast('f32').greater(0), x, x.mul(2)),
		one(near(0.01, -0.01)),
		'lambda x: torch.where(x.float() > 0, x, 2 * x)',
	],
]);

export const rules = [...transforms, ...single];
