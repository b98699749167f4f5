import { expect } from 'vitest';
import { DataFileError, parsePickle } from '../src/index.ts';

/** The name of every pickle. */
export const file = 'weights.pkl';

/** The error that a pickle gives, which must be a typed one that names file and byte. */
export function errorOf(pickle: Uint8Array): DataFileError {
	try {
		parsePickle(pickle, file);
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
		const { offset = -1, reason } = error;
		expect(error.message).toBe(`${file}: at byte ${offset}: ${reason}`);
		expect(reason).toMatch(/^found .*, (needed|which) /s);
		expect(offset).toBeGreaterThanOrEqual(0);
		expect(offset).toBeLessThanOrEqual(pickle.length);
		return error;
	}
	throw new Error('the pickle was accepted');
}

/** Whether a pickle is refused by a typed error; any other error is thrown on. */
export function isRefused(pickle: Uint8Array): boolean {
	try {
		parsePickle(pickle, file);
		return false;
	} catch (error) {
		if (error instanceof DataFileError) return true;
		throw error;
	}
}
