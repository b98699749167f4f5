import { beside, each, entriesOf, exactly, near, one, scalars, vector, within } from './rows.ts';

/** Oscillation that quickens without bound. */
const oscillation = entriesOf('oscillation', [
	[
		'x^2 sin(1/x) at 0.01',
		(x) => x.square().mul(x.reciprocal().sin()),
		one(near(0.01, -0.01)),
		'lambda x: x * x * torch.sin(1 / x)',
	],
	[
		'x^2 sin(1/x) at 1e-3',
		(x) => x.square().mul(x.reciprocal().sin()),
		one(near(1e-3, -1e-3)),
		'lambda x: x * x * torch.sin(1 / x)',
	],
	[
		'x^2 sin(1/x) at 1e-5',
		(x) => x.square().mul(x.reciprocal().sin()),
		one(near(1e-5)),
		'lambda x: x * x * torch.sin(1 / x)',
	],
	[
		'x^2 sin(1/x) at exactly 1e-5',
		(x) => x.square().mul(x.reciprocal().sin()),
		exactly(1e-5),
		'lambda x: x * x * torch.sin(1 / x)',
	],
	[
		'x sin(1/x) at 0.02',
		(x) => x.mul(x.reciprocal().sin()),
		one(near(0.02)),
		'lambda x: x * torch.sin(1 / x)',
	],
	[
		'sin(1/x) at 0.005',
		(x) => x.reciprocal().sin(),
		one(near(0.005)),
		'lambda x: torch.sin(1 / x)',
	],
	['sin(x^2) at 100', (x) => x.square().sin(), one(near(100)), 'lambda x: torch.sin(x * x)'],
	['cos(x^3) at 30', (x) => x.pow(3).cos(), one(near(30)), 'lambda x: torch.cos(x ** 3)'],
	[
		'sin(1e3 log x) at 0.1',
		(x) => x.log().mul(1e3).sin(),
		one(near(0.1)),
		'lambda x: torch.sin(1e3 * torch.log(x))',
	],
	['sin x at 1e8', (x) => x.sin(), one(near(1e8)), 'lambda x: torch.sin(x)'],
	[
		'sin x at 1e17, where no two doubles are close',
		(x) => x.sin(),
		one(near(1e17)),
		'lambda x: torch.sin(x)',
		[false, false],
	],
	[
		'the logistic map, 20 times',
		(x) => {
			let y = x;
			for (let i = 0; i < 20; i++) y = y.mul(y.neg().add(1)).mul(3.9);
			return y;
		},
		one(within(0.2, 0.8)),
		null,
	],
	[
		'the logistic map, 60 times, of which nothing is left',
		(x) => {
			let y = x;
			for (let i = 0; i < 60; i++) y = y.mul(y.neg().add(1)).mul(3.99);
			return y;
		},
		one(within(0.2, 0.8)),
		null,
		[false, false],
	],
]);

/** Operands far larger, or smaller, than 1. */
const sizes = entriesOf('large or tiny operands', [
	['x^2 at 1e8', (x) => x.square(), one(near(1e8)), 'lambda x: x * x'],
	['sqrt at 1e8', (x) => x.sqrt(), one(near(1e8)), 'lambda x: torch.sqrt(x)'],
	['log at 1e8', (x) => x.log(), one(near(1e8)), 'lambda x: torch.log(x)', [true, false]],
	['1/x at 1e8', (x) => x.reciprocal(), one(near(1e8, -1e8)), 'lambda x: 1 / x'],
	[
		'tanh(1e-8 x) at 1e8',
		(x) => x.mul(1e-8).tanh(),
		one(near(1e8)),
		'lambda x: torch.tanh(1e-8 * x)',
	],
	[
		'tanh(x - 1e8) at 1e8',
		(x) => x.sub(1e8).tanh(),
		one(beside(1e8, 1, -0.5)),
		'lambda x: torch.tanh(x - 1e8)',
	],
	[
		'softmax of x / 1e8 at 1e8',
		(x) => x.div(1e8).softmax(),
		vector(near(1e8), near(-1e8)),
		'lambda x: torch.softmax(x / 1e8, -1)',
	],
	['x at 1e30', (x) => x.mul(3), one(near(1e30)), 'lambda x: 3 * x'],
	['x^2 at 1e-12', (x) => x.square(), one(near(1e-12, -1e-12)), 'lambda x: x * x'],
	['x^3 at 1e-12', (x) => x.pow(3), one(near(1e-12)), 'lambda x: x ** 3'],
	['x^4 at 1e-12', (x) => x.square().square(), one(near(1e-12)), 'lambda x: (x * x) * (x * x)'],
	['exp at 1e-12', (x) => x.exp(), one(near(1e-12)), 'lambda x: torch.exp(x)'],
	['sin at 1e-12', (x) => x.sin(), one(near(1e-12)), 'lambda x: torch.sin(x)'],
	['cos at 1e-12', (x) => x.cos(), one(near(1e-12)), 'lambda x: torch.cos(x)'],
	['log1p at 1e-12', (x) => x.log1p(), one(near(1e-12)), 'lambda x: torch.log1p(x)'],
	['sqrt at 1e-12', (x) => x.sqrt(), one(near(1e-12)), 'lambda x: torch.sqrt(x)'],
	[
		'x + y at 1e8 and 1e-12',
		(x, y) => x.add(y),
		scalars(near(1e8), near(1e-12)),
		'lambda x, y: x + y',
	],
	['x y at 1e8 and 1e-12', (x, y) => x.mul(y), each(near(1e8), near(1e-12)), 'lambda x, y: x * y'],
	[
		'x / y at 1e-12 and 1e8',
		(x, y) => x.div(y),
		each(near(1e-12), near(1e8)),
		'lambda x, y: x / y',
	],
	[
		'y / x at 1e-12 and 1e8',
		(x, y) => y.div(x),
		scalars(near(1e-12), near(1e8)),
		'lambda x, y: y / x',
		[true, false],
	],
	[
		'sqrt(x^2 + y^2) at 1e8 and 1',
		(x, y) => x.square().add(y.square()).sqrt(),
		scalars(near(1e8), near(1)),
		'lambda x, y: torch.sqrt(x * x + y * y)',
		[false, false],
	],
	[
		'x sin(y) at 1e8 and 1e-12',
		(x, y) => x.mul(y.sin()),
		scalars(near(1e8), near(1e-12)),
		'lambda x, y: x * torch.sin(y)',
	],
	[
		'exp(x) at 300 and y at 1e-12, multiplied',
		(x, y) => x.exp().mul(y),
		scalars(near(300), near(1e-12)),
		'lambda x, y: torch.exp(x) * y',
	],
]);

export const magnitudes = [...oscillation, ...sizes];
