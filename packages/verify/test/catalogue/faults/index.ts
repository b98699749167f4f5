import type { Entry } from '../entry.ts';
import { approximations } from './approximations.ts';
import { axes } from './axes.ts';
import { cotangents } from './cotangents.ts';
import { flow } from './flow.ts';
import { formulas } from './formulas.ts';
import { indices } from './indices.ts';
import { kinks } from './kinks.ts';
import { modes } from './modes.ts';
import { orders } from './orders.ts';
import { points } from './points.ts';
import { precision } from './precision.ts';
import { shapes } from './shapes.ts';
import { sizes } from './sizes.ts';
import { state } from './state.ts';

/** Functions with a wrong derivative rule each, by kind. */
export const faults: readonly Entry[] = [
	...formulas,
	...approximations,
	...axes,
	...indices,
	...flow,
	...cotangents,
	...modes,
	...orders,
	...sizes,
	...points,
	...kinks,
	...shapes,
	...precision,
	...state,
];
