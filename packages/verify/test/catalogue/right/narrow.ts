import type { Node } from '@pullback/core';
import { beside, entriesOf, exactly, near, one, within } from './rows.ts';

const gaussian =
	(centre: number, width: number) =>
	(x: Node): Node =>
		x.sub(centre).div(width).square().div(-2).exp();
const torchGaussian = (centre: number, width: number): string =>
	`lambda x: torch.exp(-((x - ${centre}) / ${width}) ** 2 / 2)`;

/** Features so narrow that the usual steps step over them. */
export const narrow = entriesOf('narrow feature', [
	['sin(1e3 x)', (x) => x.mul(1e3).sin(), one(within(-3, 3)), 'lambda x: torch.sin(1e3 * x)'],
	['sin(1e5 x)', (x) => x.mul(1e5).sin(), one(within(-3, 3)), 'lambda x: torch.sin(1e5 * x)'],
	['sin(1e7 x)', (x) => x.mul(1e7).sin(), one(within(-3, 3)), 'lambda x: torch.sin(1e7 * x)'],
	[
		'a Gaussian of width 1e-5',
		gaussian(0, 1e-5),
		one(near(1e-5, -7e-6, 2e-5)),
		torchGaussian(0, 1e-5),
	],
	[
		'a Gaussian of width 1e-5 about 0.3',
		gaussian(0.3, 1e-5),
		one(beside(0.3, 1e-5, -7e-6, 2e-5)),
		torchGaussian(0.3, 1e-5),
	],
	[
		'a Gaussian of width 1e-5, nine widths away',
		gaussian(0, 1e-5),
		one(near(9e-5, -9e-5)),
		torchGaussian(0, 1e-5),
	],
	[
		'a Gaussian of width 1e-5, far away',
		gaussian(0, 1e-5),
		one(within(-0.02, -0.001)),
		torchGaussian(0, 1e-5),
	],
	['a Gaussian of width 1e-9', gaussian(0, 1e-9), one(near(1e-9, -7e-10)), torchGaussian(0, 1e-9)],
	[
		'a Gaussian of width 1e-9 about 0.3',
		gaussian(0.3, 1e-9),
		one(beside(0.3, 1e-9, -7e-10)),
		torchGaussian(0.3, 1e-9),
	],
	[
		'x plus a Gaussian of width 1e-6 and height 1e-6',
		(x) => x.add(gaussian(0, 1e-6)(x).mul(1e-6)),
		one(near(1e-6, -7e-7)),
		'lambda x: x + 1e-6 * torch.exp(-(x / 1e-6) ** 2 / 2)',
	],
	[
		'tanh(1e6 x)',
		(x) => x.mul(1e6).tanh(),
		one(near(1e-6, -3e-7)),
		'lambda x: torch.tanh(1e6 * x)',
	],
	[
		'tanh(1e6 (x - 0.3))',
		(x) => x.sub(0.3).mul(1e6).tanh(),
		one(beside(0.3, 1e-6, -3e-7)),
		'lambda x: torch.tanh(1e6 * (x - 0.3))',
	],
	['erf(1e6 x)', (x) => x.mul(1e6).erf(), one(near(1e-6, -3e-7)), 'lambda x: torch.erf(1e6 * x)'],
	[
		'sigmoid(1e4 (x - 1))',
		(x) => x.sub(1).mul(1e4).sigmoid(),
		one(beside(1, 1e-4, -2e-4, 1e-3)),
		'lambda x: torch.sigmoid(1e4 * (x - 1))',
	],
	[
		'softplus(1e6 x) / 1e6, a rounded corner',
		(x) => x.mul(1e6).softplus().div(1e6),
		one(near(1e-6, -1e-6)),
		'lambda x: torch.nn.functional.softplus(1e6 * x) / 1e6',
	],
	[
		'sqrt(x^2 + 1e-12), a rounded corner',
		(x) => x.square().add(1e-12).sqrt(),
		one(near(1e-6, -1e-6)),
		'lambda x: torch.sqrt(x * x + 1e-12)',
	],
	[
		'1 / (1 + (x / 1e-5)^2)',
		(x) => x.div(1e-5).square().add(1).reciprocal(),
		one(near(1e-5, -2e-5)),
		'lambda x: 1 / (1 + (x / 1e-5) ** 2)',
	],
	[
		'a pulse 2e-5 wide',
		(x) => x.sub(0.5).mul(1e6).sigmoid().sub(x.sub(0.50002).mul(1e6).sigmoid()),
		one(beside(0.5, 1e-6, -1e-6)),
		'lambda x: torch.sigmoid(1e6 * (x - 0.5)) - torch.sigmoid(1e6 * (x - 0.50002))',
	],
	...[2 ** -10, 1e-3, 2 ** -12, 1e-6, 2e-10].map(
		(period) =>
			[
				`a sine of period ${period}`,
				(x: Node) => x.mul((2 * Math.PI) / period).sin(),
				one(within(0.1, 0.9)),
				`lambda x: torch.sin(x * 2 * torch.pi / ${period})`,
			] as const,
	),
	[
		'a sine of period 1e-6 at one of its zeros, about which it is odd',
		(x) => x.mul((2 * Math.PI) / 1e-6).sin(),
		exactly(0.9),
		'lambda x: torch.sin(x * 2 * torch.pi / 1e-6)',
	],
	[
		'sin(1e7 x) where f32 has another phase',
		(x) => x.mul(1e7).sin(),
		exactly(-1.7217864990234375),
		'lambda x: torch.sin(1e7 * x)',
	],
	[
		'x plus a sine of period 2^-10',
		(x) => x.add(x.mul(2048 * Math.PI).sin()),
		one(within(0.1, 0.9)),
		'lambda x: x + torch.sin(x * 2048 * torch.pi)',
	],
	[
		'x plus a sine of period 2^-10 and height 1e-3',
		(x) =>
			x.add(
				x
					.mul(2048 * Math.PI)
					.sin()
					.mul(1e-3),
			),
		one(within(0.1, 0.9)),
		'lambda x: x + torch.sin(x * 2048 * torch.pi) / 1000',
	],
	[
		'a sum of ten cosines, each half as high and three times as fast (Weierstrass)',
		(x) => {
			let sum = x.cos();
			for (let k = 1; k < 10; k++)
				sum = sum.add(
					x
						.mul(3 ** k)
						.cos()
						.mul(0.5 ** k),
				);
			return sum;
		},
		one(within(-3, 3)),
		'lambda x: sum(torch.cos(3.0 ** k * x) * 0.5 ** k for k in range(10))',
	],
	[
		'the sine of a fast exponential',
		(x) => x.mul(10).exp().sin(),
		one(within(0.8, 1.2)),
		'lambda x: torch.sin(torch.exp(10 * x))',
	],
]);
