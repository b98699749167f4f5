import type { Node } from '@pullback/core';
import { beside, entriesOf, exactly, near, one, scalars, vector, within } from './rows.ts';

const varianceOfSquares = (x: Node): Node => x.square().mean().sub(x.mean().square());
const torchVarianceOfSquares = 'lambda x: (x * x).mean() - x.mean() ** 2';
const secondDifference = (x: Node): Node => x.cos().neg().add(1).div(x.square());
const polynomial = (x: Node): Node =>
	[-7, 21, -35, 35, -21, 7, -1].reduce(
		(sum, coefficient) => sum.mul(x).add(coefficient),
		x.onesLike(),
	);
const torchPolynomial =
	'lambda x: ((((((x - 7) * x + 21) * x - 35) * x + 35) * x - 21) * x + 7) * x - 1';

/** Functions that lose most of the digits of their value, or of their derivative. */
export const cancellation = entriesOf('cancellation', [
	['(x + 1e8) - 1e8', (x) => x.add(1e8).sub(1e8), one(within(-3, 3)), 'lambda x: (x + 1e8) - 1e8'],
	[
		'sin((x + 1e8) - 1e8)',
		(x) => x.add(1e8).sub(1e8).sin(),
		one(within(-1, 1)),
		'lambda x: torch.sin((x + 1e8) - 1e8)',
	],
	[
		'(x + 1e16) - 1e16, of which nothing is left',
		(x) => x.add(1e16).sub(1e16),
		one(within(-3, 3)),
		'lambda x: (x + 1e16) - 1e16',
		[false, false],
	],
	[
		'(1 - cos x) / x^2 at 1e-3',
		secondDifference,
		one(near(1e-3, -1e-3)),
		'lambda x: (1 - torch.cos(x)) / x ** 2',
		[true, false],
	],
	[
		'(1 - cos x) / x^2 at 1e-7, of which nothing is left',
		secondDifference,
		one(near(1e-7, -1e-7)),
		'lambda x: (1 - torch.cos(x)) / x ** 2',
		[false, false],
	],
	['sin(x) / x at 1e-6', (x) => x.sin().div(x), one(near(1e-6)), 'lambda x: torch.sin(x) / x'],
	[
		'(x - sin x) / x^3 at 1e-2',
		(x) => x.sub(x.sin()).div(x.pow(3)),
		one(near(1e-2)),
		'lambda x: (x - torch.sin(x)) / x ** 3',
	],
	[
		'(exp(x) - 1) / x at 1e-6',
		(x) => x.exp().sub(1).div(x),
		one(near(1e-6, -1e-6)),
		'lambda x: (torch.exp(x) - 1) / x',
		[true, false],
	],
	[
		'(exp(x) - 1) / x at 1e-9, whose derivative has no digits left',
		(x) => x.exp().sub(1).div(x),
		one(near(1e-9, -1e-9)),
		'lambda x: (torch.exp(x) - 1) / x',
		[false, false],
	],
	['log(1 + x) at 1e-8', (x) => x.add(1).log(), one(near(1e-8)), 'lambda x: torch.log(1 + x)'],
	[
		'the standard deviation of 1e8 and a little',
		(x) => x.std(),
		vector(beside(1e8, 1), beside(1e8, 3), beside(1e8, -2)),
		'lambda x: torch.std(x, unbiased=False)',
		[true, false],
	],
	[
		'the standard deviation of a little after 1e8 is added',
		(x) => x.add(1e8).std(),
		vector(near(1), near(3), near(-2)),
		'lambda x: torch.std(x + 1e8, unbiased=False)',
	],
	[
		'the variance of 1e6 and a little',
		(x) => x.variance(),
		vector(beside(1e6, 1), beside(1e6, 3), beside(1e6, -2)),
		'lambda x: torch.var(x, unbiased=False)',
	],
	[
		'E[x^2] - E[x]^2 of 1e4 and a little',
		varianceOfSquares,
		vector(beside(1e4, 1), beside(1e4, 3), beside(1e4, -2)),
		torchVarianceOfSquares,
	],
	[
		'E[x^2] - E[x]^2 of 1e8 and a little, of which nothing is left',
		varianceOfSquares,
		vector(beside(1e8, 1), beside(1e8, 3), beside(1e8, -2)),
		torchVarianceOfSquares,
		[false, false],
	],
	[
		'logSumExp of a million and a little',
		(x) => x.logSumExp(),
		vector(beside(1e6, 1), beside(1e6, 0.5), beside(1e6, -1)),
		'lambda x: torch.logsumexp(x, 0)',
	],
	[
		'logSumExp after a million is added, less a million',
		(x) => x.add(1e6).logSumExp().sub(1e6),
		vector(near(1), near(0.5), near(-1)),
		'lambda x: torch.logsumexp(x + 1e6, 0) - 1e6',
	],
	[
		'x^2 - y^2 at 1e6 and 1e6',
		(x, y) => x.square().sub(y.square()),
		scalars(beside(1e6, 1), beside(1e6, -1)),
		'lambda x, y: x * x - y * y',
	],
	[
		'exp(x) - exp(y) at 20',
		(x, y) => x.exp().sub(y.exp()),
		scalars(beside(20, 1e-6), beside(20, -1e-6)),
		'lambda x, y: torch.exp(x) - torch.exp(y)',
	],
	[
		'sqrt(x + 1) - sqrt(x) at 1e10',
		(x) => x.add(1).sqrt().sub(x.sqrt()),
		one(near(1e10)),
		'lambda x: torch.sqrt(x + 1) - torch.sqrt(x)',
	],
	[
		'log(x + sqrt(x^2 + 1)) at -1e4',
		(x) => x.add(x.square().add(1).sqrt()).log(),
		one(near(-1e4)),
		'lambda x: torch.log(x + torch.sqrt(x * x + 1))',
		[true, false],
	],
	[
		'the small root of a quadratic polynomial',
		(b, c) => b.square().sub(c.mul(4)).sqrt().sub(b).div(2),
		scalars(near(1e5), near(1)),
		'lambda b, c: (torch.sqrt(b * b - 4 * c) - b) / 2',
	],
	[
		'the sum of what differs from the mean, which is 0',
		(x) => x.sub(x.mean()).sum(),
		vector(near(1), near(3), near(-2)),
		'lambda x: (x - x.mean()).sum()',
	],
	[
		'1 - tanh(x)^2 at 10',
		(x) => x.tanh().square().neg().add(1),
		one(near(10, -10)),
		'lambda x: 1 - torch.tanh(x) ** 2',
	],
	[
		'1 - sigmoid(x) at 35, of which two digits are left',
		(x) => x.sigmoid().neg().add(1),
		one(near(35)),
		'lambda x: 1 - torch.sigmoid(x)',
		[false, false],
	],
	['(x - 1)^7 multiplied out, at 1.3', polynomial, one(near(1.3)), torchPolynomial],
	[
		'(x - 1)^7 multiplied out, at 1.01, of which nothing is left',
		polynomial,
		one(beside(1, 0.01, -0.01)),
		torchPolynomial,
		[false, false],
	],
	['x - x', (x) => x.sub(x), one(within(-3, 3)), 'lambda x: x - x'],
	[
		'exp(log(x)) - x, of which nothing but rounding is left',
		(x) => x.log().exp().sub(x),
		one(within(1, 3)),
		'lambda x: torch.exp(torch.log(x)) - x',
	],
	[
		'a cumulative sum that a number of 1e9 passes through',
		(x) => x.cumsum(0).slice([2, 3]),
		vector(near(1e9), near(-1e9), near(1)),
		'lambda x: torch.cumsum(x, 0)[2:3]',
	],
	[
		'the determinant of a nearly singular matrix',
		(a, b, c, d) => a.mul(d).sub(b.mul(c)),
		scalars(beside(1e3, 1e-6), beside(1e3, 1e-6), beside(1e3, -1e-6), beside(1e3, 1e-6)),
		'lambda a, b, c, d: a * d - b * c',
	],
	[
		'the area of a needle by Heron',
		(a, b, c) => {
			const s = a.add(b).add(c).div(2);
			return s.mul(s.sub(a)).mul(s.sub(b)).mul(s.sub(c)).sqrt();
		},
		scalars(beside(2, -1e-8), beside(1, 1e-8), beside(1, 1e-8)),
		'lambda a, b, c: torch.sqrt((a+b+c)/2 * ((b+c-a)/2) * ((a-b+c)/2) * ((a+b-c)/2))',
	],
	['(x + 1) - 1 at 1e-17', (x) => x.add(1).sub(1), exactly(1e-17), 'lambda x: (x + 1) - 1'],
]);
