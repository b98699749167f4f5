import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { built } from '../../testing/built.ts';
import * as activationCurves from '../chapter3/activationCurves.ts';
import * as descentPath from '../chapter4/descentPath.ts';
import * as gradientField from '../chapter4/gradientField.ts';
import * as lossCurve from '../chapter4/lossCurve.ts';
import * as tangentLines from '../chapter4/tangentLines.ts';
import * as activationHistograms from '../chapter6/activationHistograms.ts';
import * as initialWeightCurves from '../chapter6/initialWeightCurves.ts';
import * as valleyPaths from '../chapter6/valleyPaths.ts';
import { testPicture } from '../chapter7/filteredPicture.ts';
import { type Found, readmeOf } from '../galleryReadme.ts';
import { programs } from '../galleryTable.ts';
import type { Shown } from '../shown.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'pictures');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const found: Found = JSON.parse(textOf('pictures/found.json'));

/** Programs of the folder: what runs when it is started. */
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
	.map((file) => file.replaceAll('\\', '/'))
	.filter(
		(file) =>
			/^((training|nets)\/[^/]*|readme)\.ts$/.test(file) ||
			(/^chapter\d\/[^/]*\.ts$/.test(file) && textOf(file).includes('import.meta.filename')),
	);

test('every program is in the table, once, and all that the table names are there', () => {
	const named = programs.flatMap(({ program, also = [] }) => [program, ...also]);
	expect([...named].sort()).toEqual([...files].sort());
});

test('every program of the table that the gallery runs has been run, and every picture is there, small', () => {
	const ran = programs.filter(({ run }) => run !== undefined).map(({ program }) => program);
	expect(Object.keys(found)).toEqual(ran);
	const named = Object.values(found).flatMap((each) => each.pictures.map((name) => `${name}.svg`));
	expect(readdirSync(pictures).sort()).toEqual([...named, 'found.json'].sort());
	const bytes = named.reduce((sum, name) => sum + statSync(join(pictures, name)).size, 0);
	expect(bytes).toBeLessThan(1.5e6);
});

test('README.md is what the table and the results make', () => {
	expect(textOf('README.md')).toBe(readmeOf(found));
	for (const [, target = ''] of textOf('README.md').matchAll(/\]\(([^)]+)\)/g))
		expect({ target, isThere: existsSync(join(root, target)) }).toEqual({ target, isThere: true });
});

// Those that take seconds, a beginning; what takes minutes is run by npm run gallery alone.
const drawings: readonly [name: string, draw: () => Promise<Shown>, said: RegExp][] = [
	['activation curves', activationCurves.draw, /0\.26894142, 0\.73105858, 0\.88079708/],
	['tangent lines', tangentLines.draw, /slopes at 5 and 10: 0\.2, 0\.30+4?$/],
	['gradient field', gradientField.draw, /\(6, 8\)/],
	['descent path', descentPath.draw, /-6\.11110793e-10, 8\.14814391e-10/],
	['loss curve', () => lossCurve.draw(20), /of 20 2\.\d{3}/],
	['valley paths', valleyPaths.draw, /SGD \(-0\.3504, 0\.0848\), Momentum \(0\.8964, 0\.0881\)/],
	[
		'histograms',
		() => activationHistograms.draw('tanh'),
		/deviation 0\.01 0\.0000\d+, Xavier 0\.3/,
	],
	['first weights', () => initialWeightCurves.draw(5), /standard deviation 0\.01 2\.30/],
];

test.each(drawings)('%s are drawn, and say the book’s numbers', async (_, draw, said) => {
	const { picture, found: words } = await draw();
	expect(picture).toMatch(/^<svg [\s\S]*<title>[^<]+<\/title>[\s\S]*<\/svg>\n$/);
	expect(words).toMatch(said);
});

test('a program that draws writes its picture to the path that it is given', () => {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
	try {
		const path = join(folder, 'picture.svg');
		const program = fileURLToPath(built('examples', 'dist/chapter3/activationCurves.js'));
		const { stdout, stderr, status } = spawnSync(process.execPath, [program, path], {
			encoding: 'utf8',
		});
		expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
		expect(stdout).toBe('sigmoid of −1, 1 and 2: 0.26894142, 0.73105858, 0.88079708\n');
		expect(readFileSync(path, 'utf8')).toBe(
			readFileSync(join(pictures, 'activationCurves.svg'), 'utf8'),
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('the test picture has shapes, stripes and nothing in between', () => {
	const numbers = new Set(testPicture().data());
	expect([...numbers].sort()).toEqual([0, 1]);
});
