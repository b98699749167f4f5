// Chapter 6: down a valley that is steep across and flat along, four optimisers take four ways.
import { compile, type Variable, variable } from '@pullback/core';
import { AdaGrad, Adam, Momentum, type Optimizer, SGD } from '@pullback/nn';

const optimizers = {
	SGD: (all: Variable[]): Optimizer => new SGD(all, { learningRate: 0.95 }),
	Momentum: (all: Variable[]): Optimizer => new Momentum(all, { learningRate: 0.1 }),
	AdaGrad: (all: Variable[]): Optimizer => new AdaGrad(all, { learningRate: 1.5, epsilon: 1e-7 }),
	Adam: (all: Variable[]): Optimizer =>
		new Adam(all, { learningRate: 0.3, epsilon: 1e-7, correction: 'rate' }),
};

/** The positions from (-7, 2) on, in x² / 20 + y². */
export function descend(name: keyof typeof optimizers, steps = 30): [x: number, y: number][] {
	const [x, y] = [variable(-7, { dtype: 'f64' }), variable(2, { dtype: 'f64' })];
	const optimizer = optimizers[name]([x, y]);
	const step = compile(() => optimizer.minimize(x.read().square().div(20).add(y.read().square())));
	const path: [x: number, y: number][] = [[x.item(), y.item()]];
	for (let i = 0; i < steps; i++) {
		step();
		path.push([x.item(), y.item()]);
	}
	return path;
}

if (process.argv[1] === import.meta.filename)
	for (const name of ['SGD', 'Momentum', 'AdaGrad', 'Adam'] as const)
		console.log(`${name} ends at (${descend(name).at(-1)?.join(', ')})`);
