import { createHash } from 'node:crypto';
import { describe } from '@pullback/core/arguments';
import { Module } from '@pullback/nn';

/** The SHA-256 of all parameters' bytes, one after another in the module's order, in hexadecimal. Throws TypeError for no Module. */
export function weightsSha256(model: Module): string {
	if (!(model instanceof Module))
		throw new TypeError(`weightsSha256: model is ${describe(model)}; it must be a Module`);
	const hash = createHash('sha256');
	for (const parameter of model.parameters()) {
		const { buffer, byteOffset, byteLength } = parameter.data();
		hash.update(new Uint8Array(buffer, byteOffset, byteLength));
	}
	return hash.digest('hex');
}
