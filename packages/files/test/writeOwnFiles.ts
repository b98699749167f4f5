import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFiles } from './ownFiles.ts';

// Writes the files that tensorFiles.py reads into the folder that is the argument.
const [, , folder = '.'] = process.argv;
for (const { name, kind, bytes } of ownFiles) writeFileSync(join(folder, `${name}.${kind}`), bytes);
