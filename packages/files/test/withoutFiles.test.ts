import { afterEach, expect, test, vi } from 'vitest';
import * as files from '../src/index.ts';

afterEach(() => {
	vi.restoreAllMocks();
});

test('where there are no files, as in browsers, readers and writers of files say what to do', async () => {
	vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
	const calls = [
		() => files.readNpy('a.npy'),
		() => files.readPickle('a.pkl'),
		() => files.openSafetensors('a.safetensors'),
		() => files.writeNpy('a.npy', [1, 2]),
	];
	for (const call of calls)
		await expect(call()).rejects.toThrow(
			/^files: there are none by name here; .* in browsers parse bytes, and make them$/,
		);
});
