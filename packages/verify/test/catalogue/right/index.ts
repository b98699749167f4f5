import type { Entry } from '../entry.ts';
import { algebra } from './algebra.ts';
import { atBranches } from './atBranches.ts';
import { branches } from './branches.ts';
import { cancellation } from './cancellation.ts';
import { edges } from './edges.ts';
import { flat } from './flat.ts';
import { magnitudes } from './magnitudes.ts';
import { narrow } from './narrow.ts';
import { operands } from './operands.ts';
import { overflow } from './overflow.ts';
import { rules } from './rules.ts';

/** Functions whose derivatives are right, at points that make it hard to see. */
export const right: readonly Entry[] = [
	...edges,
	...narrow,
	...cancellation,
	...overflow,
	...flat,
	...branches,
	...atBranches,
	...magnitudes,
	...operands,
	...algebra,
	...rules,
];
