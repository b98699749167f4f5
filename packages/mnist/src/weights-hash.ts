import { createHash } from 'node:crypto';
import type { Module } from '@pullback/nn';

/** The SHA-256 of all parameters' bytes, one after another in the module's order, in hexadecimal. */
export function weightsSha256(model: Module): string {
	const hash = createHash('sha256');
	for (const parameter of model.parameters()) {
		const { buffer, byteOffset, byteLength } = parameter.data();
		hash.update(new Uint8Array(buffer, byteOffset, byteLength));
	}
	return hash.digest('hex');
}
