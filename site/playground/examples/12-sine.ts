// Training by fit
// A sine from noisy points: batches, an optimiser, validation, and the losses of each epoch.
import { linspace, normal, randomKey, splitKey, uniform } from '@pullback/core';
import { Adam, Affine, dataset, fit, meanSquaredError, sequential, Tanh } from '@pullback/nn';
import { drawCurves } from '@pullback/pictures';

const keys = splitKey(randomKey(0), 5);
const x = uniform(keys.slice(0), [300, 1], { low: -3, high: 3 });
const t = x.sin().add(normal(keys.slice(1), [300, 1]).mul(0.1));
const [train, test] = dataset(x)
	.zip(dataset(t))
	.split([0.8, 0.2], { key: keys.slice(2) });
const net = sequential(
	new Affine({ inputs: 1, outputs: 32, key: keys.slice(3) }),
	new Tanh(),
	new Affine({ inputs: 32, outputs: 1, key: keys.slice(4) }),
);

const { epochs } = await fit(net, train.batches({ size: 32, shuffle: true, key: randomKey(1) }), {
	loss: meanSquaredError,
	optimizer: new Adam(net.parameters(), { learningRate: 0.01 }),
	epochs: 40,
	validation: test.batches({ size: 60 }),
	progress: 'none',
});
const losses = {
	training: epochs.map(({ loss }) => loss),
	validation: epochs.map(({ validation }) => validation?.loss ?? NaN),
};
console.log(await drawCurves(losses, { xLabel: 'epoch', yLabel: 'squared error', scale: 'log' }));

const at = linspace(-3, 3, 61).reshape([61, 1]);
const curve = (values: typeof at) => values.flatten().toArray() as number[];
console.log(
	await drawCurves({ net: curve(net.forward(at)), sine: curve(at.sin()) }, { yLabel: 'y' }),
);
