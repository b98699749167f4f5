// The programs of the second shelf: nets beyond the book, each whole, with what the gallery draws of it.
import type { Program } from './galleryTable.ts';
import * as pictures from './netPictures.ts';

/** The programs in order, from those that read to those that compute. */
export const nets: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'A text, character by character',
		program: 'nets/characterLstm.ts',
		shows:
			'a net with long short-term memory reads sentences of a small grammar, comes near the entropy that no reader can go below, and writes sentences of its own.',
		run: pictures.characterLstm,
	},
	{
		title: 'A transformer that adds',
		program: 'nets/tinyGpt.ts',
		shows:
			'a transformer of the kind of GPT learns sums of numbers, and writes those it never saw, units first.',
		run: pictures.tinyGpt,
	},
	{
		title: 'Digits that nobody wrote',
		program: 'nets/variationalAutoencoder.ts',
		shows:
			'a variational autoencoder says a digit in ten numbers, and makes digits of ten numbers drawn from nothing.',
		run: pictures.variationalAutoencoder,
	},
	{
		title: 'Two nets against each other',
		program: 'nets/generativeAdversarial.ts',
		shows:
			'a generator learns to make points like those of eight heaps on a ring from a discriminator that tells them apart.',
		run: pictures.generativeAdversarial,
	},
	{
		title: 'A house of waves',
		program: 'nets/pictureStyle.ts',
		shows:
			'gradient descent on pixels paints what is a house from afar and waves from near: the content of the one picture in the style of the other.',
		run: pictures.pictureStyle,
	},
	{
		title: 'A pole that is kept up',
		program: 'nets/cartPole.ts',
		shows:
			'policy gradient with a critic: a cart learns the pushes after which the pole on it stays up longer than expected. The curve is the median of 100 carts, the band has 80 of them.',
		run: pictures.cartPole,
	},
	{
		title: 'An equation without examples',
		program: 'nets/physicsInformed.ts',
		shows:
			'a net solves Burgers’ equation: its own derivatives say how far it is from being the solution.',
		run: pictures.physicsInformed,
	},
	{
		title: 'The law of a motion',
		program: 'nets/neuralOde.ts',
		shows:
			'a net learns the differential equation by which points move, from pieces of their ways a sixth of a turn long; the solver is part of the graph. The picture is shaded where the net’s law is off.',
		run: pictures.neuralOde,
	},
	{
		title: 'Learning to learn',
		program: 'nets/metaLearning.ts',
		shows:
			'MAML: a net is trained to learn any sinusoid from ten points in one step of gradient descent, through which its gradient passes.',
		run: pictures.metaLearning,
	},
	{
		title: 'A curve, and how uncertain it is',
		program: 'nets/gaussianProcess.ts',
		shows:
			'a Gaussian process finds a curve in noisy points, fitted by Newton’s method with the Hessian of its likelihood.',
		run: pictures.gaussianProcess,
	},
];
