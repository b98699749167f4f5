import type { Dialect } from '../pickle/dialect.ts';
import { PickleFunction, wrongCall } from '../pickle/function.ts';
import {
	type Caller,
	describeValue,
	type PickleObject,
	type StackValue,
	Tuple,
} from '../pickle/values.ts';
import { type Storages, storageClasses } from './storage.ts';
import { TorchTensor, viewOf } from './tensor.ts';

// What pickles of PyTorch's state dictionaries name.

/** A dictionary: an empty one, which is filled afterwards, or, as Python 2 wrote them, of a list of pairs. */
const orderedDictionary = new PickleFunction('collections.OrderedDict', (args, caller) => {
	const [pairs = []] = args;
	if (args.length > 1 || !Array.isArray(pairs) || !pairs.every(isPair))
		return wrongCall('collections.OrderedDict', args, caller);
	return caller.dictionaryOf(pairs.flat());
});

function isPair(value: StackValue): value is [StackValue, StackValue] {
	return Array.isArray(value) && value.length === 2;
}

/** The arguments of a tensor after its view: whether it has a gradient, hooks of it, and what else changes its values. */
function checkRest(name: string, args: readonly StackValue[], caller: Caller): void {
	const [needsGradient, hooks = null, metadata = null] = args.slice(4);
	const isPlain = metadata === null || (metadata instanceof Map && metadata.size === 0);
	if (args.length > 7 || typeof needsGradient !== 'boolean' || !isEmpty(hooks) || !isPlain)
		wrongCall(name, args, caller);
}

function isEmpty(hooks: StackValue): boolean {
	return hooks instanceof Map && hooks.size === 0;
}

/** A tensor as PyTorch 0.3 and before wrote it. */
const rebuildTensor = new PickleFunction('torch._utils._rebuild_tensor', (args, caller) => {
	if (args.length !== 4) return wrongCall('torch._utils._rebuild_tensor', args, caller);
	return new TorchTensor(viewOf(args, caller));
});

const rebuildTensor2 = new PickleFunction('torch._utils._rebuild_tensor_v2', (args, caller) => {
	checkRest('torch._utils._rebuild_tensor_v2', args, caller);
	return new TorchTensor(viewOf(args, caller));
});

/** A parameter, which is its tensor here. */
const rebuildParameter = new PickleFunction('torch._utils._rebuild_parameter', (args, caller) => {
	const [data, needsGradient, hooks = null] = args;
	if (
		args.length !== 3 ||
		!(data instanceof TorchTensor) ||
		typeof needsGradient !== 'boolean' ||
		!isEmpty(hooks)
	)
		return wrongCall('torch._utils._rebuild_parameter', args, caller);
	return data;
});

/** A shape, which is a tuple. */
const size = new PickleFunction('torch.Size', (args, caller) => {
	const [lengths] = args;
	if (args.length !== 1 || !(lengths instanceof Tuple))
		return wrongCall('torch.Size', args, caller);
	return lengths;
});

const names: ReadonlyMap<string, PickleObject> = new Map<string, PickleObject>([
	['collections OrderedDict', orderedDictionary],
	['torch._utils _rebuild_tensor', rebuildTensor],
	['torch._utils _rebuild_tensor_v2', rebuildTensor2],
	['torch._utils _rebuild_parameter', rebuildParameter],
	['torch Size', size],
	...Array.from(storageClasses, ([name, object]) => [`torch ${name}`, object] as const),
]);

const holds = "PyTorch's tensors";
const advice =
	'save a state dictionary by torch.save(model.state_dict(), file), of real and whole numbers, with numbers, text, lists and dictionaries beside it';

/** Pickles of plain values alone. */
export const plainDialect: Dialect = { holds, advice, names: new Map() };

/** Pickles of tensors in some storages. */
export function torchDialect(storages: Storages): Dialect {
	return {
		holds,
		advice,
		names,
		persistent: (id, caller) => storages.get(id, caller),
		attributes(state, caller) {
			const isMetadata =
				state instanceof Map && [...state.keys()].every((name) => name === '_metadata');
			if (!isMetadata)
				caller.refuse(
					`found ${describeValue(state)} as the attributes of a dictionary, needed those of a state dictionary`,
				);
		},
	};
}
