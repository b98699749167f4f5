import { type ElementName, type ElementType, elementTypes } from '../elements.ts';

/** The dtypes that the format names, for the types of elements that are read. */
export const dtypeNames: { readonly [name in ElementName]: string } = {
	bool: 'BOOL',
	u8: 'U8',
	i8: 'I8',
	i16: 'I16',
	u16: 'U16',
	i32: 'I32',
	u32: 'U32',
	i64: 'I64',
	u64: 'U64',
	f16: 'F16',
	bf16: 'BF16',
	f32: 'F32',
	f64: 'F64',
};

/** The types of elements by the dtypes that the format names. */
export const typesByName: ReadonlyMap<string, ElementType> = new Map(
	(Object.keys(elementTypes) as ElementName[]).map((name) => [
		// its keys are no others
		dtypeNames[name],
		elementTypes[name],
	]),
);
