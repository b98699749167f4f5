import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { built } from '../../../testing/built.ts';

const program = `
	import { compile, grad, tensor, variable } from '@pullback/core';
	const w = variable([1, 2, 3]);
	const step = compile((x) => {
		const loss = x.mul(w).sum();
		const [slope] = grad(loss, [w]);
		w.assign(w.read().sub(slope));
		return loss;
	});
	console.log(step(tensor([4, 5, 6])).item(), String(w.toArray()));
`;

/** One file of a program and all that it uses, as a page would load it. */
async function bundle(format: 'es' | 'iife'): Promise<string> {
	const output = await build({
		configFile: false,
		logLevel: 'silent',
		root: fileURLToPath(new URL('.', import.meta.url)),
		plugins: [
			{
				name: 'program',
				resolveId: (id) => (id === 'program' ? '\0program.js' : null),
				load: (id) => (id === '\0program.js' ? program : null),
			},
		],
		resolve: {
			alias: { '@pullback/core': fileURLToPath(built('packages/core', 'dist/index.js')) },
		},
		build: {
			write: false,
			modulePreload: false,
			rollupOptions: { input: 'program', output: { format } },
		},
	});
	if (!('output' in output)) throw new Error('not one bundle');
	expect(output.output).toHaveLength(1);
	return output.output[0].code;
}

test.each(['es', 'iife'] as const)(
	'a program that is bundled with the package into one file, %s, computes the same',
	async (format) => {
		const flags = format === 'es' ? ['--input-type=module', '-'] : ['-'];
		const said = execFileSync(process.execPath, flags, {
			input: await bundle(format),
			encoding: 'utf8',
			timeout: 30_000,
		});
		expect(said).toBe('32 -3,-3,-3\n');
	},
);
