import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.ts'),
);

test.each(['linkedom', '@observablehq/plot', '@viz-js/viz'])(
	'%s is loaded where something is drawn, and not before',
	(library) => {
		for (const file of files) {
			const text = readFileSync(new URL(file, source), 'utf8');
			const statements = text.match(/^(?:import|export)\s[^;]*from '[^']+';/gms) ?? [];
			const loaded = statements.filter(
				(each) => each.includes(`'${library}'`) && !/^import type/.test(each),
			);
			expect({ file, loaded }).toEqual({ file, loaded: [] });
		}
	},
);
