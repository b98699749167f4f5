// What every published package says of where it comes from: the fields of the package.json at the root, in one place.
const root = require('./package.json');

const shared = ['repository', 'homepage', 'bugs', 'author', 'funding'];

module.exports = {
	hooks: {
		/** The package.json that a tarball holds, as pnpm packs it. */
		beforePacking({ devDependencies, scripts, ...manifest }) {
			const said = shared.filter((field) => root[field] !== undefined);
			const fields = Object.fromEntries(said.map((field) => [field, root[field]]));
			if (fields.repository !== undefined)
				fields.repository = {
					...fields.repository,
					directory: `packages/${manifest.name.split('/')[1]}`,
				};
			return { ...manifest, ...fields };
		},
	},
};
