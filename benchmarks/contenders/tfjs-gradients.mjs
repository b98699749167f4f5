import { register } from 'node:module';

/**
 * Gives TF.js its gradients, which its builds for Node leave out. They exist as modules for bundlers alone, which
 * import each other without `.js`. They find the engine and the registry, which are global.
 */
export async function registerGradients() {
	const hook = `export const resolve = (specifier, context, next) =>
		next(specifier.startsWith('.') && context.parentURL?.includes('/tfjs-core/dist/') ? specifier + '.js' : specifier, context);`;
	register(`data:text/javascript,${encodeURIComponent(hook)}`);
	await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
}
