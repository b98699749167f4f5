import { concatenate, type Node, where } from '@pullback/core';
import { beside, each, entriesOf, near, one, vector } from './rows.ts';

const close = one(near(1e-4, -1e-4));
const last = (x: Node): Node => x.slice([-1]);

/** Points a ten-thousandth or less from where a function branches; at branches of which the derivative goes on, too. */
export const branches = entriesOf('branch close by', [
	['relu at 1e-4', (x) => x.relu(), close, 'lambda x: torch.relu(x)'],
	['relu at 1e-6', (x) => x.relu(), one(near(1e-6, -1e-6)), 'lambda x: torch.relu(x)'],
	[
		'relu(sin(x)) at pi',
		(x) => x.sin().relu(),
		one(beside(Math.PI, 1e-4, -1e-4)),
		'lambda x: torch.relu(torch.sin(x))',
	],
	['abs at 1e-4', (x) => x.abs(), close, 'lambda x: torch.abs(x)'],
	['|x|^1.5 at 1e-4', (x) => x.abs().pow(1.5), close, 'lambda x: torch.abs(x) ** 1.5'],
	['leakyRelu at 1e-4', (x) => x.leakyRelu(), close, 'lambda x: torch.nn.functional.leaky_relu(x)'],
	['elu at 1e-4', (x) => x.elu(), close, 'lambda x: torch.nn.functional.elu(x)'],
	[
		'exp(x) times relu(x) at 1e-4',
		(x) => x.exp().mul(x.relu()),
		close,
		'lambda x: torch.exp(x) * torch.relu(x)',
	],
	[
		'the maximum of two that are 1e-4 apart',
		(x, y) => x.maximum(y).exp(),
		each(beside(1, 1e-4), beside(1, 2e-4, -1e-4)),
		'lambda x, y: torch.exp(torch.maximum(x, y))',
	],
	[
		'the minimum of two that are 1e-4 apart',
		(x, y) => x.minimum(y).exp(),
		each(beside(1, 1e-4), beside(1, 2e-4, -1e-4)),
		'lambda x, y: torch.exp(torch.minimum(x, y))',
	],
	[
		'clip just inside and outside',
		(x) => x.clip(-1, 1).square(),
		vector(beside(1, 1e-4), beside(1, -1e-4), beside(-1, 1e-4), beside(-1, -1e-4)),
		'lambda x: torch.clamp(x, -1, 1) ** 2',
	],
	[
		'where at 0.5 and a little',
		(x) => where(x.greater(0.5), x.square(), x.pow(3)),
		one(beside(0.5, 1e-4, -1e-4)),
		'lambda x: torch.where(x > 0.5, x * x, x ** 3)',
	],
	[
		'sort of what is 1e-4 apart',
		(x) => x.sort().mul([1, 2, 3]),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: torch.sort(x).values * torch.tensor([1.0, 2.0, 3.0], dtype=x.dtype)',
	],
	[
		'the largest of what is 1e-4 apart',
		(x) => x.max().square(),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: x.max() ** 2',
	],
	[
		'the smallest along an axis of what is 1e-4 apart',
		(x) => x.min(0).exp(),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: torch.exp(x.min(0).values)',
	],
	[
		'the median of what is 1e-4 apart',
		(x) => x.sort().slice([1, 2]).square(),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: torch.sort(x).values[1:2] ** 2',
	],
	[
		'the sum of the largest two of what is 1e-4 apart',
		(x) => x.sort().slice([1, 3]).exp().sum(),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: torch.exp(torch.topk(x, 2).values).sum()',
	],
	[
		'the element at argmax, squared',
		(x) => x.take(x.argmax()).square(),
		vector(beside(1, 1e-4), beside(1, 2e-4), beside(1, -1e-4)),
		'lambda x: x[torch.argmax(x)] ** 2',
	],
	[
		'x floor(x) at 1 and a little',
		(x) => x.floor().mul(x),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: torch.floor(x.detach()) * x',
	],
	[
		'x - round(x) at 0.5 and a little',
		(x) => x.sub(x.round()).square(),
		one(beside(0.5, 1e-4, -1e-4)),
		'lambda x: (x - torch.round(x)) ** 2',
	],
	[
		'x ceil(x) at -1 and a little',
		(x) => x.ceil().mul(x),
		one(beside(-1, 1e-4, -1e-4)),
		'lambda x: torch.ceil(x) * x',
	],
	[
		'x modulo 0.1 at 0.3 and a little',
		(x) => x.sub(x.div(0.1).floor().mul(0.1)).square(),
		one(beside(0.3, 1e-5, -1e-5)),
		'lambda x: (x - torch.floor(x / 0.1) * 0.1) ** 2',
	],
	[
		'sign(x) x^2 at 1e-4',
		(x) => x.sign().mul(x.square()),
		close,
		'lambda x: torch.sign(x) * x * x',
	],
	[
		'sqrt of a number that is not negative, by two wheres',
		(x) => where(x.greater(0), where(x.greater(0), x, 1).sqrt(), 0),
		close,
		'lambda x: torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1.0)), 0.0)',
	],
	[
		'sin(x) / x by two wheres',
		(x) =>
			where(
				x.abs().less(1e-4),
				x.square().div(-6).add(1),
				x.sin().div(where(x.abs().less(1e-4), 1, x)),
			),
		one(near(3e-4, -3e-4)),
		'lambda x: torch.where(x.abs() < 1e-4, 1 - x * x / 6, torch.sin(x) / torch.where(x.abs() < 1e-4, 1.0, x))',
	],
	[
		'log by two wheres, elsewhere linear',
		(x) => where(x.greater(1), where(x.greater(1), x, 1).log(), x.sub(1)),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: torch.where(x > 1, torch.log(torch.where(x > 1, x, 1.0)), x - 1)',
	],
	[
		'the Huber loss at 1 and a little',
		(x) => where(x.abs().less(1), x.square().div(2), x.abs().sub(0.5)),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: torch.where(x.abs() < 1, x * x / 2, x.abs() - 0.5)',
	],
	[
		'the squared hinge loss at 1 and a little',
		(x) => x.neg().add(1).relu().square(),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: torch.relu(1 - x) ** 2',
	],
	[
		'a step from 0 to 1 by cubic interpolation',
		(x) => x.clip(0, 1).square().mul(x.clip(0, 1).mul(-2).add(3)),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: torch.clamp(x, 0, 1) ** 2 * (3 - 2 * torch.clamp(x, 0, 1))',
	],
	[
		'linear interpolation in a table, beside a knot',
		(x) => {
			const [low, table] = [x.floor().cast('i32'), x.onesLike().sum().mul([0, 1, 4, 9, 16])];
			const [from, to] = [table.take(low), table.take(low.add(1))];
			return from.add(to.sub(from).mul(x.sub(x.floor())));
		},
		one(beside(2, 1e-4, -1e-4)),
		null,
	],
	[
		'the larger of x and -x, by max over both',
		(x) => concatenate([x, x.neg()]).amax(),
		vector(near(1e-4, -1e-4)),
		'lambda x: torch.cat([x, -x]).amax()',
	],
	[
		'the last of a cumulative sum of relus',
		(x) => last(x.relu().cumsum(0)),
		vector(near(1e-4), near(-1e-4), near(2e-4)),
		'lambda x: torch.cumsum(torch.relu(x), 0)[-1:]',
	],
	[
		'a mask by logic, 1e-4 from its end',
		(x) => x.square().mul(x.greater(-1).logicalAnd(x.less(1)).cast('f64')),
		one(beside(1, 1e-4, -1e-4)),
		'lambda x: x * x * ((x > -1) & (x < 1))',
	],
	[
		'rounded to whole numbers and back, times x',
		(x) => x.cast('i32').cast('f64').mul(x),
		one(beside(2, 1e-4, -1e-4)),
		'lambda x: x.to(torch.int32).to(x.dtype) * x',
	],
]);
