import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import {
	flip,
	gelu,
	type Node,
	type Operand,
	randomKey,
	relu,
	slice,
	tensor,
	variable,
} from '@pullback/core';
import { parsePyTorch, tensorsOf } from '@pullback/files';
import * as nn from '@pullback/nn';
import { describe, expect, test } from 'vitest';

/** What `torchNets.py` writes of a net. */
interface Case {
	readonly checkpoint: string;
	readonly x: readonly unknown[];
	readonly y: readonly unknown[];
}

const cases: Readonly<Record<string, Case>> = JSON.parse(
	readFileSync(new URL('torchNets.json', import.meta.url), 'utf8'),
);

const caseOf = (name: string): Case => cases[name] ?? expect.fail(`no case ${name}`);

/** The state dictionary of a case, by PyTorch's names. */
const stateOf = (name: string): Map<string, Node> => {
	const bytes = inflateSync(Buffer.from(caseOf(name).checkpoint, 'base64'));
	return tensorsOf(parsePyTorch(bytes, `${name}.pt`), ['model']);
};

const key = randomKey(1);
const affine = (inputs: number, outputs: number): nn.Affine =>
	new nn.Affine({ inputs, outputs, key });
const embedding = (): nn.Embedding => new nn.Embedding({ count: 6, width: 4, key });

/** PyTorch's net with fields of its names. */
class Mlp extends nn.Module {
	readonly fc1 = affine(5, 7);
	readonly bn1 = new nn.BatchNorm1d({ channels: 7 });
	readonly fc2 = affine(7, 3);

	override forward(x: Operand, mode?: nn.Mode): Node {
		return this.fc2.forward(relu(this.bn1.forward(this.fc1.forward(x), mode)));
	}
}

class ConvNet extends nn.Module {
	readonly features = nn.sequential(
		new nn.Conv2d({ inputs: 1, outputs: 3, kernelSize: 3, padding: 1, key }),
		new nn.BatchNorm2d({ channels: 3 }),
		new nn.PRelu({ channels: 3 }),
		new nn.MaxPool2d(2),
		new nn.Dropout({ rate: 0.5, key }),
		new nn.Conv2d({ inputs: 3, outputs: 4, kernelSize: 3, stride: 2, key }),
		new nn.GroupNorm({ groups: 2, channels: 4 }),
		relu,
		new nn.ConvTranspose2d({ inputs: 4, outputs: 2, kernelSize: 2, key }),
	);
	readonly classifier = affine(8, 3);

	override forward(x: Operand, mode?: nn.Mode): Node {
		return this.classifier.forward(this.features.forward(x, mode).flatten(1));
	}
}

class RecurrentNet extends nn.Module {
	readonly embedding = embedding();
	readonly recurrent: nn.LSTM | nn.GRU;
	readonly output = affine(6, 2);

	constructor(Kind: typeof nn.LSTM | typeof nn.GRU) {
		super();
		const size = { inputs: 4, hidden: 3, layers: 2, bidirectional: true, dropout: 0.5 };
		this.recurrent = new Kind({ ...size, key });
	}

	override forward(x: Operand): Node {
		return this.output.forward(this.recurrent.forward(this.embedding.forward(x)).outputs);
	}
}

class Cells extends nn.Module {
	readonly lstm = new nn.LSTMCell({ inputs: 3, hidden: 4, key });
	readonly gru = new nn.GRUCell({ inputs: 4, hidden: 2, key });
	readonly rnn = new nn.RNNCell({ inputs: 2, hidden: 2, bias: false, key });

	override forward(x: Operand): Node {
		return this.rnn.forward(this.gru.forward(this.lstm.forward(x).hidden));
	}
}

const transformer = { width: 4, heads: 2, feedForward: 5, key } as const;

class Encoder extends nn.Module {
	readonly embedding = embedding();
	readonly encoder = {
		layers: [1, 2].map(
			() => new nn.TransformerEncoderLayer({ ...transformer, dropout: 0.1, activation: gelu }),
		),
		norm: new nn.LayerNorm({ shape: 4 }),
	};
	readonly head = affine(4, 3);

	override forward(x: Operand): Node {
		const { layers, norm } = this.encoder;
		const y = layers.reduce((input, layer) => layer.forward(input), this.embedding.forward(x));
		return this.head.forward(norm.forward(y));
	}
}

class Decoder extends nn.Module {
	readonly layer = new nn.TransformerDecoderLayer({ ...transformer, normFirst: true });
	readonly attention = new nn.MultiHeadAttention({
		width: 4,
		heads: 2,
		keyWidth: 3,
		valueWidth: 2,
		key,
	});

	override forward(x: Operand): Node {
		const y = this.layer.forward(x, flip(x, 1));
		const [keys, values] = [slice(x, null, null, [0, 3]), slice(x, null, null, [2, 4])];
		return this.attention.forward(y, 'evaluate', { keys, values });
	}
}

const nets: Readonly<Record<string, () => nn.Module>> = {
	mlp: () => new Mlp(),
	convnet: () => new ConvNet(),
	lstm: () => new RecurrentNet(nn.LSTM),
	gru: () => new RecurrentNet(nn.GRU),
	cells: () => new Cells(),
	encoder: () => new Encoder(),
	decoder: () => new Decoder(),
};

const indices = ['lstm', 'gru', 'encoder'];

/** The net makes of the input what PyTorch's does; sums in f32 are of few numbers near 1. */
function expectPyTorch(name: string, net: nn.Module): void {
	const { x, y } = caseOf(name);
	const given = tensor(x as Operand, indices.includes(name) ? { dtype: 'i32' } : {});
	const found = net.forward(given);
	const expected = tensor(y as Operand);
	expect(found.shape).toEqual(expected.shape);
	const error = found.sub(expected).abs().max().item();
	expect(error).toBeLessThanOrEqual(1e-5);
}

describe.each(Object.entries(nets))('%s', (name, make) => {
	test('with PyTorch’s weights makes what PyTorch’s net does', () => {
		const net = make();
		const report = nn.fromTorch(net, stateOf(name));
		expect(report).toMatchObject({ missing: [], unexpected: [], mismatched: [] });
		expectPyTorch(name, net);
	});

	test('lacks what a name that is taken away stands for, and is left as it was', () => {
		const net = make();
		const before = [...nn.stateOf(net).values()].map((value) => value.toArray());
		for (const left of stateOf(name).keys()) {
			const state = stateOf(name);
			state.delete(left);
			expect(() => nn.fromTorch(net, state), left).toThrow(nn.StateError);
			expect(() => nn.fromTorch(net, state), left).toThrow(left);
		}
		const after = [...nn.stateOf(net).values()].map((value) => value.toArray());
		expect(after).toEqual(before);
	});
});

/** A net whose fields have other names than PyTorch's. */
class Renamed extends nn.Module {
	readonly net = nn.sequential(
		affine(5, 7),
		new nn.BatchNorm1d({ channels: 7 }),
		new nn.Relu(),
		affine(7, 3),
	);

	override forward(x: Operand, mode?: nn.Mode): Node {
		return this.net.forward(x, mode);
	}
}

test('a net of other names takes its weights over by renames', () => {
	const net = new Renamed();
	expect(() => nn.fromTorch(net, stateOf('mlp'))).toThrow(
		'missing: net.layers.0.weight (as net.0.weight)',
	);
	nn.fromTorch(net, stateOf('mlp'), { rename: { fc1: 'net.0', bn1: 'net.1', fc2: 'net.3' } });
	expectPyTorch('mlp', net);
});

test('weights of other shapes are refused together, and nothing is loaded', () => {
	const net = nn.sequential(affine(7, 5), affine(3, 3));
	const state = new Map([
		['0.weight', tensor([[1, 2]])],
		['0.bias', tensor([1])],
		['1.weight', tensor(1)],
		['1.bias', tensor([1, 2, 3])],
	]);
	const before = [...nn.stateOf(net).values()].map((value) => value.toArray());
	expect(() => nn.fromTorch(net, state)).toThrow(
		/layers\.0\.weight is f32\[2, 1\], must be f32\[7, 5\], layers\.0\.bias is f32\[1\], must be f32\[5\], layers\.1\.weight is f32\[\]/,
	);
	expect([...nn.stateOf(net).values()].map((value) => value.toArray())).toEqual(before);
});

test('a weight that two layers share is taken over once, its second name taken away', () => {
	const shared = affine(2, 2);
	class Tied extends nn.Module {
		readonly first = shared;
		readonly second = shared;

		override forward(x: Operand): Node {
			return this.second.forward(this.first.forward(x));
		}
	}
	const names = ['first.weight', 'first.bias', 'second.weight', 'second.bias'];
	const state = new Map(
		names.map((name) => [
			name,
			name.endsWith('weight')
				? tensor([
						[1, 2],
						[3, 4],
					])
				: tensor([5, 6]),
		]),
	);
	expect(() => nn.fromTorch(new Tied(), state)).toThrow('unexpected: second.weight');
	const net = new Tied();
	nn.fromTorch(net, state, { rename: { second: null } });
	expect(net.second.weight.read().toArray()).toEqual([
		[1, 3],
		[2, 4],
	]);
});

test('what a subclass of a sequence adds has its own name', () => {
	class Scaled extends nn.Sequential {
		readonly scale = variable([1, 1]);
	}
	const net = new Scaled([affine(2, 2)]);
	const state = new Map([
		[
			'0.weight',
			tensor([
				[1, 2],
				[3, 4],
			]),
		],
		['0.bias', tensor([5, 6])],
		['scale', tensor([7, 8])],
	]);
	nn.fromTorch(net, state);
	expect(net.scale.read().toArray()).toEqual([7, 8]);
});
