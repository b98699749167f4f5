import { parser } from '@lezer/javascript';

const typescript = parser.configure({ dialect: 'ts' });

/** The names that a program declares at its top level by const, let and var, in order. */
export function topLevelNames(program: string): string[] {
	const names: string[] = [];
	const cursor = typescript.parse(program).cursor();
	/** How many nodes around this one begin a scope of their own, or are no part of what is declared. */
	let hidden = 0;
	cursor.iterate(
		({ name, from, to }) => {
			if (hides.has(name)) hidden++;
			else if (name === 'VariableDefinition' && hidden === 0) names.push(program.slice(from, to));
		},
		({ name }) => {
			if (hides.has(name)) hidden--;
		},
	);
	return [...new Set(names)].filter((name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name));
}

const hides: ReadonlySet<string> = new Set([
	'Block',
	'ArrowFunction',
	'FunctionDeclaration',
	'FunctionExpression',
	'ClassDeclaration',
	'ClassExpression',
	'ImportDeclaration',
	'EnumDeclaration',
	'NamespaceDeclaration',
	'AmbientDeclaration',
	'ForStatement',
	'CatchClause',
	'TypeAliasDeclaration',
	'InterfaceDeclaration',
]);

/** The line of the first place where a text is no program, from 1; null if there is none. */
export function unreadableLine(program: string): number | null {
	let line: number | null = null;
	typescript.parse(program).iterate({
		enter: ({ type, from }) => {
			if (line === null && type.isError) line = program.slice(0, from).split('\n').length;
			return line === null;
		},
	});
	return line;
}
