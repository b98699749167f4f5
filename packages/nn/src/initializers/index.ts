export type { Fans, Initializer } from './initializer.ts';
export {
	constantInitializer,
	heInitializer,
	identityInitializer,
	normalInitializer,
	type TruncatedNormalOptions,
	truncatedNormalInitializer,
	uniformInitializer,
	xavierInitializer,
} from './initializers.ts';
export { type OrthogonalOptions, orthogonalInitializer } from './orthogonal.ts';
export {
	type GainOf,
	gainOf,
	type HeOptions,
	heNormalInitializer,
	heUniformInitializer,
	lecunNormalInitializer,
	lecunUniformInitializer,
	type XavierOptions,
	xavierNormalInitializer,
	xavierUniformInitializer,
} from './scaled.ts';
