import {
	constantInitializer,
	heInitializer,
	normalInitializer,
	xavierInitializer,
} from '../../src/index.ts';
import { initializer, type Rows } from './row.ts';

export const initializers: Rows = {
	constantInitializer: initializer(constantInitializer(0.5)),
	heInitializer: initializer(heInitializer),
	normalInitializer: initializer(normalInitializer(0.1)),
	xavierInitializer: initializer(xavierInitializer),
};
