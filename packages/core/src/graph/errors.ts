/** A mistake in shapes: sizes, ranks or axes that do not fit together. */
export class ShapeError extends Error {
	override readonly name = 'ShapeError';
}

/** A mistake in dtypes: an operation asked of a dtype that does not have it. */
export class DTypeError extends Error {
	override readonly name = 'DTypeError';
}
