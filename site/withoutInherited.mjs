import { Converter } from 'typedoc';

/**
 * A plugin of typedoc: what a class inherits is told of the class that it is from, not again of each that extends it.
 *
 * @param {import('typedoc').Application} application
 */
export function load({ converter }) {
	converter.on(
		Converter.EVENT_RESOLVE_END,
		({ project }) => {
			for (const reflection of Object.values(project.reflections))
				if (reflection.isDeclaration() && reflection.inheritedFrom !== undefined)
					project.removeReflection(reflection);
		},
		1000, // before members are grouped
	);
}
