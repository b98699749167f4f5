import type { Node, Variable } from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import { assignState, type LoadOptions, ownVariables, renamedState } from '../modules/loadState.ts';
import type { AnyModule } from '../modules/module.ts';
import type { StateReport } from '../modules/stateReport.ts';
import { placesOf } from './places.ts';

/** How to take over a state dictionary of PyTorch's. */
export type FromTorchOptions = Pick<LoadOptions, 'strict' | 'rename'>;

/**
 * Takes over the weights of a net of PyTorch's of the same layers, from its state dictionary by PyTorch's names, such as
 * `tensorsOf(await readPyTorch('net.pt'))` of @pullback/files. Fields of nets must have the names that they have there;
 * where they do not, `rename` gives PyTorch's names as they would be then: `{ fc1: 'hidden' }`. What else differs is known:
 *
 * | module                     | PyTorch's names                                            | ours                                    |
 * | -------------------------- | ---------------------------------------------------------- | --------------------------------------- |
 * | `Sequential`               | `0`, `1` ...                                               | `layers.0`, `layers.1` ...              |
 * | `Affine` (`Linear`)        | `weight` [outputs, inputs]                                 | `weight`, transposed                    |
 * | `BatchNorm1d` ...          | `running_mean`, `running_var`, `num_batches_tracked`       | `runningMean`, `runningVariance`, `batches` |
 * | `RNNCell` ...              | `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`             | `inputWeight` and `hiddenWeight`, transposed, `inputBias`, `hiddenBias` |
 * | `RNN`, `LSTM`, `GRU`       | the same with `_l0`, `_l0_reverse`, `_l1` ...              | in `layers.0.forward`, `layers.0.backward`, `layers.1.forward` ... |
 * | `MultiHeadAttention`       | thirds of `in_proj_weight`, or `q_proj_weight` ..., and of `in_proj_bias`; `out_proj` | `queries`, `keys`, `values`, weights transposed; `output` |
 * | `TransformerEncoderLayer`  | `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`        | `attention`, `feedForward.expand`, `feedForward.contract`, `attentionNorm`, `feedForwardNorm` |
 * | `TransformerDecoderLayer`  | the same but `norm3`, and `multihead_attn`, `norm2`        | the same, and `crossAttention`, `crossAttentionNorm` |
 *
 * Convolutions, embeddings, other norms and slopes have PyTorch's names and layouts, the gates of LSTM and GRU its order;
 * random streams of dropout, which PyTorch does not save, stay as they are. Checked and reported as by `loadState`, whose
 * errors it throws.
 */
export function fromTorch(
	module: AnyModule,
	state: ReadonlyMap<string, Node>,
	options?: FromTorchOptions,
): StateReport {
	const operation = 'fromTorch';
	const variables = ownVariables(operation, module);
	const { strict = true, rename } = checkedOptions(operation, options, ['strict', 'rename']);
	checkedBoolean(operation, 'strict', strict);
	const given = renamedState(operation, state, rename);
	const modules = module.namedModules();
	const own = new Map<string, Variable>();
	const values = new Map<string, Node>();
	const soughtAs = new Map<string, readonly string[]>();
	const taken = new Set<string>();
	for (const [path, variable] of variables) {
		const places = placesOf(path, modules);
		if (places === null) continue;
		own.set(path, variable);
		soughtAs.set(
			path,
			places.map(({ name }) => name),
		);
		const place = places.find(({ name }) => given.has(name));
		const found = place && given.get(place.name);
		if (place === undefined || found === undefined) continue;
		values.set(path, place.take(found.value));
		taken.add(place.name);
	}
	const unexpected = Array.from(given, ([name, { name: before }]) =>
		taken.has(name) ? [] : [before],
	).flat();
	return assignState(
		operation,
		own,
		{ values, unexpected },
		strict,
		(path) => soughtAs.get(path) ?? [path],
	);
}
