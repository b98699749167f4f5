// Four optimisers in a valley
// Down x² / 20 + y², steep across and flat along, as in chapter 6: each optimiser takes a way of its own.
import { compile, type Variable, variable } from '@pullback/core';
import { AdaGrad, Adam, Momentum, type Optimizer, SGD } from '@pullback/nn';
import { drawContours } from '@pullback/pictures';

const optimizers: Record<string, (all: Variable[]) => Optimizer> = {
	SGD: (all) => new SGD(all, { learningRate: 0.95 }),
	Momentum: (all) => new Momentum(all, { learningRate: 0.1 }),
	AdaGrad: (all) => new AdaGrad(all, { learningRate: 1.5 }),
	Adam: (all) => new Adam(all, { learningRate: 0.3 }),
};
const paths = Object.entries(optimizers).map(([name, make]) => {
	const [x, y] = [variable(-7), variable(2)];
	const optimizer = make([x, y]);
	const step = compile(() => {
		const loss = x.square().div(20).add(y.square());
		return optimizer.minimize(loss);
	});
	const path = Array.from({ length: 31 }, (): [number, number] => {
		const position: [number, number] = [x.item(), y.item()];
		step();
		return position;
	});
	return [name, path] as const;
});

console.log(
	await drawContours((x, y) => x.square().div(20).add(y.square()), {
		x: [-10, 10],
		y: [-5, 5],
		paths: Object.fromEntries(paths),
		separate: true,
	}),
);
