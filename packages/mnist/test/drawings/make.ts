// Draws the twenty digits that `predict` is tested with: npm run program packages/mnist/test/drawings/make.ts
import { writeFileSync } from 'node:fs';
import { encodePng } from '@pullback/pictures';
import { draw } from './draw.ts';
import { twenty } from './twenty.ts';

for (const [name, drawing] of Object.entries(twenty))
	writeFileSync(new URL(`${name}.png`, import.meta.url), encodePng(draw(drawing)));
