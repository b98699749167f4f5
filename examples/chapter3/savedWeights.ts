// Chapter 3: inference needs no training, only weights: here a net is saved, loaded into another, and used.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey, softmax, splitKey, tensor, uniform } from '@pullback/core';
import { Affine, type Module, type Sequential, Sigmoid, sequential } from '@pullback/nn';

/** A net of three layers for images of 28 by 28 pixels, with random weights. */
export function makeNet(seed: number): Sequential {
	const keys = splitKey(randomKey(seed), 3);
	return sequential(
		new Affine({ inputs: 784, outputs: 50, key: keys.slice(0) }),
		new Sigmoid(),
		new Affine({ inputs: 50, outputs: 100, key: keys.slice(1) }),
		new Sigmoid(),
		new Affine({ inputs: 100, outputs: 10, key: keys.slice(2) }),
	);
}

/** Writes the parameters of a net to a file, by name. */
export function save(net: Module, file: string): void {
	const parameters = Array.from(net.namedParameters(), ([name, { shape, cell }]) => ({
		name,
		shape,
		data: [...cell.read()],
	}));
	writeFileSync(file, JSON.stringify(parameters));
}

/** Reads parameters from a file into a net that has parameters of the same names and shapes. */
export function load(net: Module, file: string): void {
	const saved: { name: string; shape: number[]; data: number[] }[] = JSON.parse(
		readFileSync(file, 'utf8'),
	);
	const parameters = net.namedParameters();
	for (const { name, shape, data } of saved) parameters.get(name)?.assign(tensor(data, { shape }));
}

/** Classes and probabilities by the net and by a copy of it that was saved and loaded. */
export function predictTwice(): { classes: number[][]; probabilities: number[][] } {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
	try {
		const [net, copy] = [makeNet(1), makeNet(2)];
		save(net, join(folder, 'weights.json'));
		load(copy, join(folder, 'weights.json'));
		const images = uniform(randomKey(3), [4, 784]);
		const outputs = [net, copy].map((each) => softmax(each.forward(images)));
		return {
			classes: outputs.map((y) => [...y.argmax(-1).data()]),
			probabilities: outputs.map((y) => [...y.data()]),
		};
	} finally {
		rmSync(folder, { recursive: true });
	}
}

if (process.argv[1] === import.meta.filename) {
	const { classes } = predictTwice();
	console.log(`the net says       ${classes[0]?.join(', ')}`);
	console.log(`its saved copy says ${classes[1]?.join(', ')}`);
}
