/** A mistake in shapes: sizes, ranks or axes that do not fit together. */
export class ShapeError extends Error {
	override readonly name = 'ShapeError';
}

/** A NaN or an infinity where every number was to be finite. */
export class NonFiniteError extends Error {
	override readonly name = 'NonFiniteError';
}

/** A mistake in dtypes: an operation asked of a dtype that does not have it. */
export class DTypeError extends Error {
	override readonly name = 'DTypeError';
}
