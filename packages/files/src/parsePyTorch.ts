import { checkedString } from '@pullback/core/arguments';
import { checkedBytes } from './bytes.ts';
import type { PickleValue } from './pickle/values.ts';
import { readFrom, Source } from './reading.ts';
import { readCheckpoint } from './torch/checkpoint.ts';

/**
 * What a checkpoint of PyTorch's holds, as `torch.save` writes it (.pt, .pth), in either of its forms: tensors as Nodes, in
 * state dictionaries or any others, which are Maps in their order, with numbers, text, lists and tuples beside them. It
 * runs nothing: a file that names anything but PyTorch's tensors is refused. Tensors of float64, float32, int32, uint8 and
 * bool keep their dtype; float16 and bfloat16 become f32, other whole numbers i32 if all fit. Parameters are their tensors,
 * and views are tensors of their own. `file` is the name used in errors. The result shares no memory with `bytes`.
 * Throws a {@link DataFileError} that names file, byte and reason for anything else, and for what is damaged.
 */
export function parsePyTorch(bytes: Uint8Array, file: string): PickleValue {
	checkedString('parsePyTorch', 'file', file);
	const own = checkedBytes('parsePyTorch', bytes);
	return readFrom(own, readCheckpoint(new Source(file, own.length)));
}
