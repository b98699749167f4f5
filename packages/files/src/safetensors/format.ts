import type { DType, Node } from '@pullback/core';
import { checkedOptions, checkedString, describe } from '@pullback/core/arguments';
import { viewOf } from '../bytes.ts';
import { elementTypes, littleEndianBytes } from '../elements.ts';
import {
	checkedName,
	checkedTensors,
	entriesOf,
	maxTensors,
	type NamedTensors,
} from '../namedTensors.ts';
import { quoted } from '../pickle/values.ts';
import { storedBytes } from '../storedTensor.ts';
import { dtypeNames } from './dtypes.ts';
import { type ShortFloat, shortened } from './halves.ts';
import { lengthBytes, maxHeaderBytes, metadataName } from './header.ts';

/** Options of {@link formatSafetensors} and {@link writeSafetensors}. */
export interface SafetensorsOptions {
	/** Texts by name that the file holds beside the tensors; none if left out. */
	readonly metadata?: ReadonlyMap<string, string> | Readonly<Record<string, string>>;
	/** What tensors of f32 are stored as, rounded to the nearest; f32 if left out. Tensors of other dtypes stay as they are. */
	readonly f32As?: ShortFloat;
}

/**
 * A file in the format of safetensors, in pieces that are made one by one: the elements of tensors as they lie in memory,
 * or those of one tensor that are rounded. All arguments are checked when it is called. Tensors lie in the order of their element's bytes, the largest
 * first, so that each is aligned; the header has them in theirs.
 */
export function piecesOf(
	operation: string,
	tensors: NamedTensors,
	options: SafetensorsOptions | undefined,
): Iterable<Uint8Array> {
	const { metadata, f32As } = checkedOptions(operation, options, ['metadata', 'f32As']);
	if (f32As !== undefined && f32As !== 'f16' && f32As !== 'bf16')
		throw new RangeError(`${operation}: f32As is ${describe(f32As)}; it must be 'f16' or 'bf16'`);
	const list = checkedTensors(operation, tensors).map(([name, tensor]): Planned => {
		const stored = tensor.dtype === 'f32' ? (f32As ?? 'f32') : tensor.dtype;
		const type = elementTypes[stored];
		const length = storedBytes({ type, shape: tensor.shape });
		return { name, tensor, stored, step: type.bytes, length };
	});
	if (list.some(({ name }) => name === metadataName))
		throw new RangeError(
			`${operation}: got a tensor named ${metadataName}; the format keeps that name for the metadata`,
		);
	const inFile = list.toSorted((a, b) => b.step - a.step);
	const header = headerOf(operation, list, inFile, checkedMetadata(operation, metadata ?? {}));
	return pieces(operation, header, inFile);
}

/** A tensor to be written. */
interface Planned {
	readonly name: string;
	readonly tensor: Node;
	readonly stored: DType | ShortFloat;
	/** The bytes of an element in the file. */
	readonly step: number;
	/** The bytes of all its elements in the file. */
	readonly length: number;
}

function* pieces(
	operation: string,
	header: Uint8Array,
	inFile: readonly Planned[],
): Generator<Uint8Array, void, undefined> {
	yield header;
	for (const { name, tensor, stored } of inFile) {
		const elements = tensor.view();
		if (elements instanceof Float32Array && (stored === 'f16' || stored === 'bf16'))
			yield shortened(elements, stored, (index) => {
				throw new RangeError(
					`${operation}: the tensor ${quoted(name)} holds ${elements[index]} as element ${index}, which ${stored} does not hold; write it as f32, or scale it`,
				);
			});
		else yield littleEndianBytes(elements);
	}
}

/** The length of the header, the header, and spaces up to where elements of 8 bytes are aligned. */
function headerOf(
	operation: string,
	list: readonly Planned[],
	inFile: readonly Planned[],
	metadata: readonly (readonly [name: string, value: string])[],
): Uint8Array {
	const offsets = new Map<string, string>();
	let end = 0;
	for (const { name, length } of inFile) {
		offsets.set(name, `${end},${end + length}`);
		end += length;
	}
	const fields = list.map(
		({ name, tensor, stored }) =>
			`${JSON.stringify(name)}:{"dtype":"${dtypeNames[stored]}","shape":[${tensor.shape.join(',')}],"data_offsets":[${offsets.get(name)}]}`,
	);
	if (metadata.length > 0) {
		const texts = metadata.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
		fields.unshift(`"${metadataName}":{${texts.join(',')}}`);
	}
	const json = new TextEncoder().encode(`{${fields.join(',')}}`);
	const length = Math.ceil(json.length / 8) * 8;
	if (length > maxHeaderBytes)
		throw new RangeError(
			`${operation}: names and metadata take ${length} bytes; the most are ${maxHeaderBytes}`,
		);
	const bytes = new Uint8Array(lengthBytes + length).fill(0x20);
	viewOf(bytes).setBigUint64(0, BigInt(length), true);
	bytes.set(json, lengthBytes);
	return bytes;
}

function checkedMetadata(
	operation: string,
	metadata: NonNullable<SafetensorsOptions['metadata']>,
): readonly (readonly [name: string, value: string])[] {
	const list = entriesOf(operation, 'metadata', metadata);
	if (list.length > maxTensors)
		throw new RangeError(
			`${operation}: got ${list.length} texts of metadata; the most are ${maxTensors}`,
		);
	return list.map(([name, text]) => {
		checkedName(operation, name);
		checkedString(operation, `the metadata ${quoted(name)}`, text);
		return [name, checkedName(operation, text)];
	});
}
