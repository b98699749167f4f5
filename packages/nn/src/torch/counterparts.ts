import type { Node } from '@pullback/core';
import { Affine } from '../layers/affine.ts';
import { TransformerDecoderLayer } from '../layers/attention/decoderLayer.ts';
import { MultiHeadAttention } from '../layers/attention/multiHeadAttention.ts';
import { TransformerLayer } from '../layers/attention/transformerLayer.ts';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from '../layers/batchNorm.ts';
import { Dropout, DropPath } from '../layers/dropout.ts';
import { RecurrentCell } from '../layers/recurrent/cell.ts';
import { Recurrent } from '../layers/recurrent/recurrent.ts';
import type { AnyModule } from '../modules/module.ts';
import { Sequential } from '../modules/sequential.ts';

/** Where PyTorch keeps a value of a layer: a name from that layer, and what of the value there is ours. */
export interface Place {
	readonly name: string;
	readonly take: (value: Node) => Node;
}

/** How PyTorch's counterpart of a kind of modules differs in its state dictionary. */
export interface Counterpart {
	/**
	 * Where a value is, by its path from the module: places of which the first that there is counts; null if PyTorch saves
	 * no such value, undefined if it is a matter of the module's parts.
	 */
	readonly places?: (path: string) => readonly Place[] | null | undefined;
	/** The name of a part, by the names on the way to it from the module, and how many of these it stands for. */
	readonly part?: (names: readonly string[]) => PartName | undefined;
}

/** A name of PyTorch's that stands for the first names of a path. */
export interface PartName {
	readonly name: string;
	readonly length: number;
}

const same = (value: Node): Node => value;

/** PyTorch's weights are [outputs, inputs]; what is no matrix stays as it is, and does not fit. */
const transposed = (value: Node): Node => (value.shape.length === 2 ? value.transpose() : value);

/** The queries', keys' or values' third of what PyTorch keeps together. */
function third(value: Node, index: number): Node {
	const [rows = 0] = value.shape;
	return value.shape.length > 0 && rows % 3 === 0 ? (value.split(3)[index] ?? value) : value;
}

/** Values that have other names. */
function named(names: Readonly<Record<string, string>>): NonNullable<Counterpart['places']> {
	const table = new Map(Object.entries(names));
	return (path) => {
		const name = table.get(path);
		return name === undefined ? undefined : [{ name, take: same }];
	};
}

/** Parts that have other names, by their paths. */
function parts(names: Readonly<Record<string, string>>): NonNullable<Counterpart['part']> {
	const table = Object.entries(names).map(([path, name]) => ({ path: path.split('.'), name }));
	return (given) => {
		const found = table.find(({ path }) => path.every((name, i) => name === given[i]));
		return found && { name: found.name, length: found.path.length };
	};
}

const sequential: Counterpart = {
	part: ([field, index]) =>
		field === 'layers' && index !== undefined ? { name: index, length: 2 } : undefined,
};

const affine: Counterpart = {
	places: (path) => (path === 'weight' ? [{ name: 'weight', take: transposed }] : undefined),
};

const batchNorm: Counterpart = {
	places: named({
		runningMean: 'running_mean',
		runningVariance: 'running_var',
		batches: 'num_batches_tracked',
	}),
};

/** Random streams are no part of PyTorch's modules. */
const dropout: Counterpart = { places: () => null };

/** The weights and biases of a cell, and what precedes them in PyTorch's names. */
const cellNames: ReadonlyMap<string, string> = new Map([
	['inputWeight', 'weight_ih'],
	['hiddenWeight', 'weight_hh'],
	['inputBias', 'bias_ih'],
	['hiddenBias', 'bias_hh'],
]);

/** A value of a cell, whose gates are in PyTorch's order: transposed if it is a weight. */
function ofCell(value: string, ending: string): readonly Place[] | undefined {
	const name = cellNames.get(value);
	return name === undefined
		? undefined
		: [{ name: name + ending, take: name.startsWith('weight') ? transposed : same }];
}

const cell: Counterpart = { places: (path) => ofCell(path, '') };

const recurrent: Counterpart = {
	places(path) {
		const [, layer, direction, value = ''] =
			/^layers\.(\d+)\.(forward|backward)\.(\w+)$/.exec(path) ?? [];
		return ofCell(value, `_l${layer}${direction === 'backward' ? '_reverse' : ''}`);
	},
};

/** The parts of PyTorch's packed projection, in their order, and what each is called where they are apart. */
const projections = { queries: 'q', keys: 'k', values: 'v' } as const;

const attention: Counterpart = {
	places(path) {
		const index = Object.keys(projections).findIndex((name) => path.startsWith(`${name}.`));
		const letter = Object.values(projections)[index];
		if (letter === undefined) return undefined;
		if (path.endsWith('.bias'))
			return [{ name: 'in_proj_bias', take: (value) => third(value, index) }];
		return [
			{ name: 'in_proj_weight', take: (value) => transposed(third(value, index)) },
			{ name: `${letter}_proj_weight`, take: transposed },
		];
	},
	part: parts({ output: 'out_proj' }),
};

const transformerParts = {
	attention: 'self_attn',
	'feedForward.expand': 'linear1',
	'feedForward.contract': 'linear2',
	attentionNorm: 'norm1',
} as const;

const decoderLayer: Counterpart = {
	part: parts({
		...transformerParts,
		crossAttention: 'multihead_attn',
		crossAttentionNorm: 'norm2',
		feedForwardNorm: 'norm3',
	}),
};

const encoderLayer: Counterpart = {
	part: parts({ ...transformerParts, feedForwardNorm: 'norm2' }),
};

type ModuleClass = abstract new (...args: never[]) => AnyModule;

/** Kinds of modules, each before what it extends. */
const counterparts: readonly (readonly [ModuleClass, Counterpart])[] = [
	[Sequential, sequential],
	[Affine, affine],
	[BatchNorm1d, batchNorm],
	[BatchNorm2d, batchNorm],
	[BatchNorm3d, batchNorm],
	[Dropout, dropout],
	[DropPath, dropout],
	[RecurrentCell, cell],
	[Recurrent, recurrent],
	[MultiHeadAttention, attention],
	[TransformerDecoderLayer, decoderLayer],
	[TransformerLayer, encoderLayer],
];

const unchanged: Counterpart = {};

/** How PyTorch's counterpart of a module differs; not at all if nothing is known of it. */
export function counterpartOf(module: AnyModule): Counterpart {
	return counterparts.find(([kind]) => module instanceof kind)?.[1] ?? unchanged;
}
