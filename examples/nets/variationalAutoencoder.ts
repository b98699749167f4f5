// A variational autoencoder learns to say a digit in a few numbers: its encoder gives a normal distribution of them for each
// image, its decoder probabilities of white for each pixel, and numbers drawn from nothing become digits that nobody wrote.
// Kingma and Welling, "Auto-encoding variational Bayes" (2014).
import {
	bernoulli,
	compile,
	type Node,
	normal,
	type Operand,
	randomKey,
	splitKey,
	sum,
	variable,
	zerosLike,
} from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import {
	Adam,
	Affine,
	binaryCrossEntropy,
	binaryCrossEntropyWithLogits,
	cosineSchedule,
	gaussianNegativeLogLikelihood,
	Module,
	Relu,
	type Sequential,
	sequential,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';
import { drawBatch } from '../chapter4/miniBatches.ts';

const pixels = 784;

/** The numbers' normal distribution for each image and a draw of it, [images, latent]; scores of white, [images, 784]. */
type Encoded = {
	readonly mean: Node;
	readonly logVariance: Node;
	readonly drawn: Node;
	readonly scores: Node;
};

/** An encoder and a decoder of one hidden layer each. */
class Autoencoder extends Module<[images: Operand, key: Node], Encoded> {
	readonly encoder: Sequential;
	readonly mean: Affine;
	readonly logVariance: Affine;
	readonly decoder: Sequential;

	constructor(key: Node, hidden: number, latent: number) {
		super();
		const keys = splitKey(key, 5);
		const affine = (inputs: number, outputs: number, i: number): Affine =>
			new Affine({ inputs, outputs, key: keys.slice(i) });
		this.encoder = sequential(affine(pixels, hidden, 0), new Relu());
		this.mean = affine(hidden, latent, 1);
		this.logVariance = affine(hidden, latent, 2);
		this.decoder = sequential(affine(latent, hidden, 3), new Relu(), affine(hidden, pixels, 4));
	}

	override forward(images: Operand, key: Node): Encoded {
		const encoded = this.encoder.forward(images);
		const [mean, logVariance] = [this.mean.forward(encoded), this.logVariance.forward(encoded)];
		// A draw is a function of its distribution, and of noise that is not: so gradients reach the encoder.
		const drawn = mean.add(logVariance.div(2).exp().mul(normal(key, mean.shape)));
		return { mean, logVariance, drawn, scores: this.decoder.forward(drawn) };
	}
}

/** What the pixels of images cost in nats once the numbers are known. */
function costOfPixels(white: Node, { scores }: Encoded): Node {
	return binaryCrossEntropyWithLogits(scores, white, { reduction: 'sum' });
}

/** What the numbers cost in nats: the divergence of their distribution from the standard normal one, in closed form. */
function divergence({ mean, logVariance }: Encoded): Node {
	return sum(mean.square().add(logVariance.exp()).sub(logVariance).sub(1)).div(2);
}

/** The same by its definition, of one draw: log q(drawn) - log p(drawn). */
function divergenceOfDraw({ mean, logVariance, drawn }: Encoded): Node {
	const reduction = 'sum';
	const ofPrior = gaussianNegativeLogLikelihood(zerosLike(mean), drawn, 1, { reduction });
	const variance = logVariance.exp();
	return ofPrior.sub(gaussianNegativeLogLikelihood(mean, drawn, variance, { reduction }));
}

/** Pixels drawn white with a probability that is their brightness. */
function drawWhite(images: Node, key: Node): Node {
	return bernoulli(key, images.shape, { p: images }).cast('f32');
}

/** How a net is made and trained. */
export interface Settings {
	readonly steps: number;
	readonly seed: number;
	readonly hidden: number;
	/** How many numbers an image becomes. */
	readonly latent: number;
	/** Is told how far training is. */
	readonly tell?: (text: () => string) => void;
}

/** Those of the whole training. */
export const whole: Settings = { steps: 1500, seed: 0, hidden: 200, latent: 10 };

/** What a net has learnt. Pictures are [100, 784], brightness from 0 to 1. */
export interface Learnt {
	/** The bound of each step, before it, in bits for an image. */
	readonly curve: readonly number[];
	/** The bound on -log2 of the probability of an image, in bits, of the test images. */
	readonly bits: number;
	/** Its part that is the numbers'. */
	readonly latentBits: number;
	/** What a decoder loses that knows how often each pixel is white, and nothing of the image. */
	readonly pixelBits: number;
	/** The first test images, and what the net makes of them. */
	readonly images: Node;
	readonly reconstructions: Node;
	/** What it makes of numbers drawn from the standard normal distribution. */
	readonly samples: Node;
}

/** Trains on batches of 100 of the training images of MNIST. */
export async function learn({ steps, seed, hidden, latent, tell }: Settings): Promise<Learnt> {
	const { train, test } = await loadMnist();
	const keys = splitKey(randomKey(seed), 4);
	const net = new Autoencoder(keys.slice(0), hidden, latent);
	const optimizer = new Adam(net.parameters(), { learningRate: cosineSchedule(0.003, { steps }) });
	const stream = variable(keys.slice(1), { name: 'stream' });
	const step = compile(() => {
		const next = splitKey(stream, 4);
		stream.assign(next.slice(0));
		const white = drawWhite(drawBatch(train, 100, next.slice(1)).images, next.slice(2));
		const encoded = net.forward(white, next.slice(3));
		const bits = costOfPixels(white, encoded)
			.add(divergence(encoded))
			.div(100 * Math.LN2);
		optimizer.minimize(bits);
		return bits;
	});
	const curve = Array.from({ length: steps }, (_, i) => {
		const bits = step().item();
		tell?.(() => `step ${i + 1} of ${steps}: ${bits.toFixed(1)} bits for an image`);
		return bits;
	});
	const measure = compile((images: Node, key: Node) => {
		const parts = splitKey(key, 3);
		const white = drawWhite(images, parts.slice(0));
		const encoded = net.forward(white, parts.slice(1));
		const share = images.mean(0);
		const toBits = Math.LN2 * (images.shape[0] ?? 0);
		return {
			ofPixels: costOfPixels(white, encoded).div(toBits),
			ofNumbers: divergenceOfDraw(encoded).div(toBits),
			alone: binaryCrossEntropy(share, share, { reduction: 'sum' }).div(Math.LN2),
			reconstructions: net.decoder.forward(encoded.mean.slice([0, 100])).sigmoid(),
			samples: net.decoder.forward(normal(parts.slice(2), [100, latent])).sigmoid(),
		};
	});
	const { ofPixels, ofNumbers, alone, ...pictures } = measure(test.images, keys.slice(2));
	return {
		curve,
		bits: ofPixels.item() + ofNumbers.item(),
		latentBits: ofNumbers.item(),
		pixelBits: alone.item(),
		images: test.images.slice([0, 100]),
		...pictures,
	};
}

/** What is to be said of it; throws if the net does not know digits. */
export function verdict({ bits, latentBits, pixelBits }: Learnt): string {
	// Without the numbers no decoder comes below the entropy of independent pixels; ten of them save a third of it and more.
	if (!(bits < 0.65 * pixelBits))
		throw new Error(
			`variationalAutoencoder: ${bits} bits for a test image; must be below 0.65 times what independent pixels cost, ${pixelBits}`,
		);
	return `${bits.toFixed(1)} bits for a test image, ${latentBits.toFixed(1)} of them in its numbers; independent pixels cost ${pixelBits.toFixed(1)}`;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const tell = (text: () => string): void => line.update(text);
	const learnt = await learn({ ...whole, tell });
	line.clear();
	console.log(verdict(learnt));
}
