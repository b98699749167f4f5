// What programs that draw share: a picture, and what it shows in words.
import { writeFileSync } from 'node:fs';

/** A picture, and the numbers that the run which made it found. */
export interface Shown {
	/** SVG. */
	readonly picture: string;
	readonly found: string;
}

/** Prints what a program found; its picture is written to the path that follows the program's name, if one does. */
export async function show(draw: () => Promise<Shown>): Promise<void> {
	const { picture, found } = await draw();
	console.log(found);
	const path = process.argv[2];
	if (path === undefined)
		console.log('Its picture is written to a path that follows the name of the program.');
	else writeFileSync(path, picture);
}
