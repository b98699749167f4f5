// What the gallery runs of each program of `nets`, and the picture that it draws.
import { linspace, type Node, randomKey, stack, tensor, uniform } from '@pullback/core';
import { callWith } from '@pullback/nn';
import {
	type Curve,
	drawContours,
	drawCurvePanels,
	drawCurves,
	drawImages,
	drawPoints,
} from '@pullback/pictures';
import type { Outcome } from './galleryTable.ts';
import * as cart from './nets/cartPole.ts';
import * as lstm from './nets/characterLstm.ts';
import * as gaussian from './nets/gaussianProcess.ts';
import * as gan from './nets/generativeAdversarial.ts';
import * as meta from './nets/metaLearning.ts';
import * as ode from './nets/neuralOde.ts';
import * as physics from './nets/physicsInformed.ts';
import * as style from './nets/pictureStyle.ts';
import * as gpt from './nets/tinyGpt.ts';
import * as autoencoder from './nets/variationalAutoencoder.ts';

/** A line at one height, beside a curve of so many steps. */
function level(height: number, { length }: readonly number[]): Curve {
	return { values: [height, height], positions: [0, length - 1] };
}

/** The loss of each step, between that of a guess by frequencies and the entropy of the grammar. */
export async function characterLstm(): Promise<Outcome> {
	const learnt = lstm.learn(lstm.whole);
	const { curve } = learnt;
	const curves = {
		'the net': curve,
		'frequencies alone': level(lstm.entropyOfCharacters, curve),
		'the entropy of the grammar': level(lstm.entropyRate, curve),
	};
	const picture = await drawCurves(curves, {
		title: 'A net learns the grammar of a text',
		yLabel: 'bits for a character',
		scale: 'log',
		smooth: true,
	});
	return { said: lstm.verdict(learnt), pictures: { characterLstm: picture } };
}

/** The loss of each step, from that of digits by chance. */
export async function tinyGpt(): Promise<Outcome> {
	const learnt = gpt.learn(gpt.whole);
	const { curve } = learnt;
	const picture = await drawCurves(
		{ 'the net': curve, 'digits by chance': level(Math.log(10), curve) },
		{
			title: 'A transformer learns to add',
			yLabel: 'nats for a digit',
			scale: 'log',
			smooth: true,
		},
	);
	return { said: gpt.verdict(learnt), pictures: { tinyGpt: picture } };
}

/** Digits that were written, what ten numbers keep of each, and digits of numbers drawn from nothing. */
export async function variationalAutoencoder(): Promise<Outcome> {
	const learnt = await autoencoder.learn(autoencoder.whole);
	const sheet = (digits: Node): Node =>
		digits.slice([0, 36]).reshape([6, 6, 28, 28]).transpose(1, 2).reshape([168, 168]);
	const sheets = {
		'test images': sheet(learnt.images),
		'the same, from ten numbers each': sheet(learnt.reconstructions),
		'from numbers drawn at random': sheet(learnt.samples),
	};
	const title = 'Digits in ten numbers';
	const picture = await drawImages(sheets, { title, range: [0, 1], size: 224 });
	return {
		said: autoencoder.verdict(learnt),
		pictures: { variationalAutoencoder: picture },
	};
}

/** Points of the ring, and those that are made while training goes on. */
export async function generativeAdversarial(): Promise<Outcome> {
	const looks = [200, 600, 1000, 2500, gan.whole.steps];
	const learnt = gan.learn({ ...gan.whole, looks });
	const seen = looks.map((steps, i) => [`step ${steps}`, learnt.seen[i] ?? []] as const);
	const ends = [-2, 2] as const;
	const picture = await drawPoints(
		{ 'the ring': gan.drawRing(randomKey(0), 250), ...Object.fromEntries(seen) },
		{ title: 'A generator learns a ring of eight heaps', x: ends, y: ends, separate: true },
	);
	return { said: gan.verdict(learnt), pictures: { generativeAdversarial: picture } };
}

/** Content, style, and what was painted of both. */
export async function pictureStyle(): Promise<Outcome> {
	const painted = style.paint(style.whole);
	const { house, waves, picture: result } = painted;
	const images = { 'the content': house, 'the style': waves, 'the picture': result };
	const picture = await drawImages(images, {
		title: 'A house, painted in waves',
		range: [0, 1],
		size: 224,
	});
	return { said: style.verdict(painted), pictures: { pictureStyle: picture } };
}

/** How long poles stay up, while the policy practises. */
export async function cartPole(): Promise<Outcome> {
	const every = 25;
	const tests: { update: number; steps: number[] }[] = [];
	const steps = cart.practise(600, 0, (update, test) => {
		if (update === 1 || update % every === 0) tests.push({ update, steps: test() });
	});
	const inOrder = tests.map((each) => each.steps.toSorted((a, b) => a - b));
	const at = (share: number): number[] =>
		inOrder.map((each) => each[Math.round(share * (each.length - 1))] ?? Number.NaN);
	const curve = {
		values: at(0.5),
		positions: tests.map(({ update }) => update),
		low: at(0.1),
		high: at(0.9),
	};
	const picture = await drawCurves(
		{ steps: curve },
		{
			title: 'How long the pole stays up',
			xLabel: 'update',
			yLabel: 'steps, 500 at most',
			range: [0, 500],
		},
	);
	return { said: cart.verdict(steps), pictures: { cartPole: picture } };
}

/** The solution at four times, and what the net takes for it. */
export async function physicsInformed(): Promise<Outcome> {
	const rounds = [...physics.solve()];
	const last = rounds.at(-1);
	if (last === undefined) throw new Error('physicsInformed: there was no round');
	const at = (of: physics.Progress['u'], points: number, time: number): Curve => {
		const x = linspace(0, 1, points, { dtype: 'f64' });
		const column = x.expandDims(1);
		return { values: of(column, column.mul(0).add(time)).flatten(), positions: x };
	};
	const panels = [0, 0.5, 1].map((time) => [
		`t = ${time}`,
		{
			'the exact solution': at(physics.solution, 101, time),
			'the net': { ...at(last.u, 21, time), joined: false },
		},
	]);
	const picture = await drawCurvePanels(Object.fromEntries(panels), {
		title: 'A steep wave fades: Burgers’ equation, solved by a net',
		xLabel: 'x',
		yLabel: 'u',
		columns: 3,
		width: 200,
		height: 200,
	});
	return { said: physics.verdict(last), pictures: { physicsInformed: picture } };
}

/** Two ways by the true law and by the learnt one, shaded where the one law is off the other. */
export async function neuralOde(): Promise<Outcome> {
	const learnt = ode.learn();
	const starts = tensor([
		[0.05, 0],
		[0.9, 0.9],
	]);
	const exact = ode.positions(starts, ode.timesOf(26));
	const found = ode.trajectory(learnt.field, starts, 26, ode.interval);
	const error = (x: Node, y: Node): Node => {
		const points = stack([x, y], -1).reshape([-1, 2]).cast('f32');
		return learnt.field(points).sub(ode.truth(points)).norm({ axes: -1 }).reshape(x.shape);
	};
	const ends = [-1.15, 1.15] as const;
	const picture = await drawContours(error, {
		title: 'Points wind onto a circle',
		x: ends,
		y: ends,
		width: 380,
		height: 380,
		levels: 5,
		paths: {
			'the truth from near the middle': exact.slice(null, 0),
			'the net': found.slice(null, 0),
			'the truth from outside': exact.slice([0, 11], 1),
			'the net from there': found.slice([0, 11], 1),
		},
	});
	return { said: ode.verdict(learnt), pictures: { neuralOde: picture } };
}

/** A sinusoid, ten of its points, and the net before it has seen them and after one step on them. */
export async function metaLearning(): Promise<Outcome> {
	const learnt = meta.learn();
	const sinusoid = (x: Node): Node => x.add(1).sin().mul(4);
	const x = uniform(randomKey(1), [10, 1], { low: -5, high: 5 });
	const places = linspace(-5, 5, 101).expandDims(1);
	const positions = places.flatten();
	const after = (steps: number): Curve => {
		const parameters = meta.adapted(steps, learnt.net, x, sinusoid(x));
		return { values: callWith(learnt.net, parameters, places).flatten(), positions };
	};
	const picture = await drawCurves(
		{
			'a sinusoid': { values: sinusoid(positions), positions },
			'the net before': after(0),
			'the net after one step': after(1),
			'on these ten points': {
				values: sinusoid(x).flatten(),
				positions: x.flatten(),
				joined: false,
			},
		},
		{
			title: 'One step of gradient descent on ten points',
			xLabel: 'x',
			yLabel: 'y',
			range: [-5, 5],
		},
	);
	return { said: meta.verdict(learnt), pictures: { metaLearning: picture } };
}

/** Few points and many, the curve behind them, and what the process expects of it. */
export async function gaussianProcess(): Promise<Outcome> {
	const whole = gaussian.fit();
	const panels = [gaussian.fit(10), whole].map(({ places, mean, std, truth, x, y }) => [
		`${x.shape[0]} points`,
		{
			'the process, and two standard deviations': {
				...{ values: mean, positions: places },
				low: mean.sub(std.mul(2)),
				high: mean.add(std.mul(2)),
			},
			'the curve': { values: truth, positions: places },
			points: { values: y, positions: x, joined: false },
		},
	]);
	const picture = await drawCurvePanels(Object.fromEntries(panels), {
		title: 'A curve in noisy points, and how uncertain it is',
		xLabel: 'x',
		yLabel: 'y',
		columns: 2,
		width: 300,
		height: 220,
	});
	return { said: gaussian.verdict(whole), pictures: { gaussianProcess: picture } };
}
