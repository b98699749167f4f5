import {
	type ConvolutionPadding,
	conv1d,
	conv2d,
	conv3d,
	convTranspose1d,
	convTranspose2d,
	convTranspose3d,
	type DType,
	type Node,
	type Operand,
	type PerAxis,
	permute,
	type TransposedConvolutionOptions,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import {
	checkedBoolean,
	checkedConvolutionPadding,
	checkedOptions,
	checkedPerAxis,
	checkedWidths,
} from '@pullback/core/arguments';
import type { Initializer } from '../initializers/initializer.ts';
import { heInitializer } from '../initializers/initializers.ts';
import type { Turns } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { checkedFloating, checkedLength, initialValue, perAxis } from './layerArguments.ts';

/** What layers of convolutions and of transposed ones are made of; numbers are for all spatial axes, or one for each. */
interface KernelOptions<Inputs extends number = number, Outputs extends number = number> {
	/** The channels of its input. */
	readonly inputs: Inputs;
	/** The channels of its output. */
	readonly outputs: Outputs;
	/** The lengths of the kernel. */
	readonly kernelSize: PerAxis;
	/** The key of the initial weight. */
	readonly key: Operand;
	/** From one element of the kernel to the next; 1 if left out. */
	readonly dilation?: PerAxis;
	/** The groups that channels are divided into, which see nothing of each other; 1 if left out. */
	readonly groups?: number;
	/**
	 * How the weight starts, as the matrix [inputs of an output element, outputs] that it is; He's initialisation if left
	 * out.
	 */
	readonly weight?: Initializer;
	/** Whether to add a bias, which starts at 0; true if left out. */
	readonly bias?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** What a layer of convolutions is made of; numbers are for all spatial axes, or one for each. */
export interface ConvOptions<Inputs extends number = number, Outputs extends number = number>
	extends KernelOptions<Inputs, Outputs> {
	/** From one position of the kernel to the next; 1 if left out. */
	readonly stride?: PerAxis;
	/** Zeros around the input; 0 if left out. */
	readonly padding?: ConvolutionPadding;
}

/** What a layer of transposed convolutions is made of; numbers are for all spatial axes, or one for each. */
export interface ConvTransposeOptions<
	Inputs extends number = number,
	Outputs extends number = number,
> extends KernelOptions<Inputs, Outputs> {
	/** From where one element of the input puts the kernel to where the next does; 1 if left out. */
	readonly stride?: PerAxis;
	/** What is cut off at the sides: the padding of the convolution that this transposes; 0 if left out. */
	readonly padding?: WidthsOption;
	/** What is longer at the end of each spatial axis; 0 if left out. */
	readonly outputPadding?: PerAxis;
}

type WidthsOption = NonNullable<TransposedConvolutionOptions['padding']>;

const kernelOptions = [
	'inputs',
	'outputs',
	'kernelSize',
	'key',
	'stride',
	'padding',
	'dilation',
	'groups',
	'weight',
	'bias',
	'dtype',
] as const;

/** The part that convolutions of any number of axes share. */
abstract class Convolution<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Module {
	/** @internal */
	declare readonly '~lengths'?: Turns<'channels', Inputs, Outputs>;
	/** [outputs, inputs / groups, ...kernelSize]. */
	readonly weight: Variable;
	/** [outputs], or none. */
	readonly bias: Variable | null;
	readonly stride: PerAxis;
	readonly padding: ConvolutionPadding;
	readonly dilation: PerAxis;
	readonly groups: number;
	readonly #convolve: typeof conv1d;

	constructor(axes: number, convolve: typeof conv1d, options: ConvOptions) {
		super();
		const { name } = new.target;
		const given = { ...checkedOptions(name, options, kernelOptions) } as ConvOptions; // what is left out is refused below
		const { padding = 0, stride = 1 } = given;
		const made = kernelsOf(name, axes, given, 'outputs first');
		this.weight = made.weight;
		this.bias = made.bias;
		this.stride = perAxis(name, 'stride', stride, axes, 1);
		const sides = padding === 'same' ? padding : checkedConvolutionPadding(name, padding, axes);
		this.padding = typeof padding === 'object' ? sides : padding;
		this.dilation = made.dilation;
		this.groups = made.groups;
		this.#convolve = convolve;
	}

	override forward(x: Operand): Node {
		const { weight, stride, padding, dilation, groups } = this;
		const bias = this.bias === null ? {} : { bias: this.bias };
		return this.#convolve(x, weight, { ...bias, stride, padding, dilation, groups });
	}
}

/** The part that transposed convolutions of any number of axes share. */
abstract class TransposedConvolution<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Module {
	/** @internal */
	declare readonly '~lengths'?: Turns<'channels', Inputs, Outputs>;
	/** [inputs, outputs / groups, ...kernelSize]. */
	readonly weight: Variable;
	/** [outputs], or none. */
	readonly bias: Variable | null;
	readonly stride: PerAxis;
	readonly padding: WidthsOption;
	readonly outputPadding: PerAxis;
	readonly dilation: PerAxis;
	readonly groups: number;
	readonly #convolve: typeof convTranspose1d;

	constructor(axes: number, convolve: typeof convTranspose1d, options: ConvTransposeOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, [...kernelOptions, 'outputPadding']),
		} as ConvTransposeOptions; // what is left out is refused below
		const { stride = 1, padding = 0, outputPadding = 0 } = given;
		const made = kernelsOf(name, axes, given, 'inputs first');
		this.weight = made.weight;
		this.bias = made.bias;
		this.stride = perAxis(name, 'stride', stride, axes, 1);
		const sides = checkedWidths(name, padding, axes, '');
		this.padding = typeof padding === 'object' ? sides : padding;
		this.outputPadding = perAxis(name, 'outputPadding', outputPadding, axes, 0);
		this.dilation = made.dilation;
		this.groups = made.groups;
		this.#convolve = convolve;
		const [longer, steps, spreads] = [outputPadding, stride, this.dilation].map((each) =>
			checkedPerAxis(name, 'outputPadding', each, axes, 0),
		);
		for (let axis = 0; axis < axes; axis++) {
			const [by = 0, step = 1, spread = 1] = [longer?.[axis], steps?.[axis], spreads?.[axis]];
			if (by >= Math.max(step, spread))
				throw new RangeError(
					`${name}: outputPadding is ${by}; it must be less than the stride or the dilation, ${step} and ${spread}`,
				);
		}
	}

	override forward(x: Operand): Node {
		const { weight, stride, padding, outputPadding, dilation, groups } = this;
		const bias = this.bias === null ? {} : { bias: this.bias };
		return this.#convolve(x, weight, { ...bias, stride, padding, outputPadding, dilation, groups });
	}
}

/** What both kinds are made of, checked. */
interface Kernels {
	readonly weight: Variable;
	readonly bias: Variable | null;
	readonly dilation: PerAxis;
	readonly groups: number;
}

function kernelsOf(
	name: string,
	axes: number,
	{
		inputs,
		outputs,
		kernelSize,
		key,
		dilation = 1,
		groups = 1,
		weight = heInitializer,
		bias = true,
		dtype = 'f32',
	}: KernelOptions,
	layout: 'outputs first' | 'inputs first',
): Kernels {
	const sizes = checkedPerAxis(name, 'kernelSize', kernelSize, axes, 1);
	checkedLength(name, 'inputs', inputs);
	checkedLength(name, 'outputs', outputs);
	checkedLength(name, 'groups', groups);
	checkedBoolean(name, 'bias', bias);
	checkedFloating(name, dtype);
	for (const [what, channels] of Object.entries({ inputs, outputs }))
		if (channels % groups !== 0)
			throw new RangeError(
				`${name}: ${what} is ${channels}; it must be a multiple of the ${groups} groups`,
			);
	const ofGroup = inputs / groups;
	const places = sizes.reduce((product, length) => product * length, 1);
	const rows = ofGroup * places;
	const fans = { inputs: rows, outputs: (outputs / groups) * places };
	const matrix = initialValue(name, weight, key, [rows, outputs], dtype, fans);
	// [inputs / groups, ...sizes, groups, outputs / groups], the groups to where the layout has them.
	const split = matrix.reshape([ofGroup, ...sizes, groups, outputs / groups]);
	const spatial = sizes.map((_, axis) => axis + 1);
	const [group, output] = [axes + 1, axes + 2];
	const initial =
		layout === 'outputs first'
			? permute(split, [group, output, 0, ...spatial]).reshape([outputs, ofGroup, ...sizes])
			: permute(split, [group, 0, output, ...spatial]).reshape([
					inputs,
					outputs / groups,
					...sizes,
				]);
	return {
		weight: variable(initial, { name: 'weight' }),
		bias: bias ? variable(zeros([outputs], { dtype }), { name: 'bias' }) : null,
		dilation: perAxis(name, 'dilation', dilation, axes, 1),
		groups,
	};
}

/**
 * Cross-correlation of signals [batch, inputs, length], or of one [inputs, length], with trained kernels
 * [outputs, inputs / groups, kernelSize], as core's `conv1d`.
 */
export class Conv1d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Convolution<Inputs, Outputs> {
	constructor(options: ConvOptions<Inputs, Outputs>) {
		super(1, conv1d, options);
	}
}

/** Cross-correlation of images [batch, inputs, height, width], or of one, with trained kernels, as core's `conv2d`. */
export class Conv2d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Convolution<Inputs, Outputs> {
	constructor(options: ConvOptions<Inputs, Outputs>) {
		super(2, conv2d, options);
	}
}

/** Cross-correlation of volumes [batch, inputs, depth, height, width], or of one, with trained kernels, as core's `conv3d`. */
export class Conv3d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Convolution<Inputs, Outputs> {
	constructor(options: ConvOptions<Inputs, Outputs>) {
		super(3, conv3d, options);
	}
}

/**
 * The transpose of `Conv1d` in its signal: of [batch, inputs, length], or of one signal, with trained kernels
 * [inputs, outputs / groups, kernelSize], as core's `convTranspose1d`.
 */
export class ConvTranspose1d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends TransposedConvolution<Inputs, Outputs> {
	constructor(options: ConvTransposeOptions<Inputs, Outputs>) {
		super(1, convTranspose1d, options);
	}
}

/** The transpose of `Conv2d` in its image, of images [batch, inputs, height, width], or of one, as core's `convTranspose2d`. */
export class ConvTranspose2d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends TransposedConvolution<Inputs, Outputs> {
	constructor(options: ConvTransposeOptions<Inputs, Outputs>) {
		super(2, convTranspose2d, options);
	}
}

/** The transpose of `Conv3d` in its volume, of volumes [batch, inputs, depth, height, width], or of one. */
export class ConvTranspose3d<
	Inputs extends number = number,
	Outputs extends number = number,
> extends TransposedConvolution<Inputs, Outputs> {
	constructor(options: ConvTransposeOptions<Inputs, Outputs>) {
		super(3, convTranspose3d, options);
	}
}
