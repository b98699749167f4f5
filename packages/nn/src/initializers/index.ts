export {
	constantInitializer,
	heInitializer,
	type Initializer,
	normalInitializer,
	xavierInitializer,
} from './initializers.ts';
