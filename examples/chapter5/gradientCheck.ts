// Chapter 5: the gradients of the two-layer net by backpropagation and by differences, element by element. The number
// of hidden units can be given: npm run program -- examples/chapter5/gradientCheck.ts 8
import { grad, randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { Affine, normalInitializer, Relu, sequential, softmaxCrossEntropy } from '@pullback/nn';
import { numericalGradient } from '@pullback/verify';

/** The mean absolute difference for each parameter, over three images of MNIST, in f64. */
export async function gradientDifferences(hidden = 50): Promise<Record<string, number>> {
	const { train } = await loadMnist();
	const images = train.images.slice([0, 3]).cast('f64');
	const labels = train.labels.slice([0, 3]);
	const keys = splitKey(randomKey(0));
	const layer = (inputs: number, outputs: number, key: number) =>
		new Affine({
			inputs,
			outputs,
			key: keys.slice(key),
			weight: normalInitializer(0.01),
			dtype: 'f64',
		});
	const net = sequential(layer(784, hidden, 0), new Relu(), layer(hidden, 10, 1));
	const loss = () => softmaxCrossEntropy(net.forward(images), labels);

	const parameters = [...net.namedParameters()];
	const exact = grad(loss(), net.parameters());
	return Object.fromEntries(
		parameters.map(([name, parameter], i) => {
			const start = parameter.read();
			const lossOf = (value: typeof start) => {
				parameter.assign(value);
				return loss();
			};
			const [numeric = start] = numericalGradient(lossOf, [start], { step: 1e-4 });
			parameter.assign(start);
			return [
				name,
				numeric
					.sub(exact[i] ?? 0)
					.abs()
					.mean()
					.item(),
			];
		}),
	);
}

if (process.argv[1] === import.meta.filename)
	for (const [name, difference] of Object.entries(
		await gradientDifferences(Number(process.argv[2] ?? 50)),
	))
		console.log(`${name}: ${difference}`);
