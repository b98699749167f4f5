import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

/** What is known of an export or a method: its name, where it is from, its signature, and its summary. */
interface Known {
	readonly name: string;
	/** The package, without its scope, or the class. */
	readonly of: string;
	readonly kind: 'function' | 'class' | 'constant' | 'type' | 'method' | 'property';
	readonly signature: string;
	readonly summary: string;
}

/** What `site/completions.mjs` writes. */
interface Catalogue {
	readonly exports: readonly Known[];
	readonly members: readonly Known[];
}

/** The packages by their names in imports. */
const scope = '@pullback/';

// Loaded when first asked for, as most who read a page do not write.
let loading: Promise<Catalogue> | null = null;

/** Completions of exports and methods of the packages. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
	const member = context.matchBefore(/\.\w*$/);
	const word = context.matchBefore(/[A-Za-z_$][\w$]*$/);
	const isModule = context.matchBefore(/\bfrom\s+['"][@\w/-]*$/);
	if (isModule !== null) return modules(context);
	if (word === null && member === null && !context.explicit) return null;
	const before = context.state.sliceDoc(Math.max(0, context.pos - 200), context.pos);
	if (/(\/\/.*|'[^'\n]*|\d\.\w*)$/.test(before.slice(before.lastIndexOf('\n') + 1))) return null;
	loading ??= import('../completions.json').then(
		(module): Catalogue => module.default as Catalogue,
	);
	const catalogue = await loading;
	if (member !== null)
		return {
			from: member.from + 1,
			options: catalogue.members.map(completionOf),
			validFor: /^\w*$/,
		};
	return {
		from: word?.from ?? context.pos,
		options: [...catalogue.exports.map(importing), ...keywords],
		validFor: /^[\w$]*$/,
	};
}

const keywords: readonly Completion[] = [
	'const',
	'function',
	'return',
	'for',
	'await',
	'import',
	'console',
].map((label) => ({ label, type: 'keyword', boost: -1 }));

function modules(context: CompletionContext): CompletionResult | null {
	const text = context.matchBefore(/[@\w/-]*$/);
	const names = ['core', 'nn', 'verify', 'pictures'].map((name) => `${scope}${name}`);
	return {
		from: text?.from ?? context.pos,
		options: [...names, 'fast-check'].map((label) => ({ label, type: 'namespace' })),
	};
}

function completionOf(known: Known): Completion {
	const { name, of, kind, signature, summary } = known;
	return {
		label: name,
		detail: of,
		type: kind,
		boost: of === 'Node' || of === 'core' ? 2 : 0,
		info: () => {
			const element = document.createElement('div');
			const code = element.appendChild(document.createElement('code'));
			code.textContent = `${name}${signature}`;
			if (summary !== '') element.appendChild(document.createElement('p')).textContent = summary;
			return element;
		},
	};
}

/** The completion of an export, which adds its import where there is none. */
function importing(known: Known): Completion {
	return {
		...completionOf(known),
		apply(view, { label }, from, to) {
			const program = view.state.doc.toString();
			const changes = [{ from, to, insert: label }, ...importOf(program, known, from)];
			view.dispatch({
				changes,
				selection: { anchor: from + label.length },
				userEvent: 'input.complete',
			});
			// The change before it moves the cursor along.
			const moved = changes.slice(1).reduce((sum, { insert }) => sum + insert.length, 0);
			view.dispatch({ selection: { anchor: from + label.length + moved } });
		},
	};
}

/** What must be added to a program for it to import a name; nothing where it does, or where an import is being written. */
function importOf(
	program: string,
	{ name, of, kind }: Known,
	at: number,
): { from: number; to: number; insert: string }[] {
	const line = program.slice(program.lastIndexOf('\n', at - 1) + 1, at);
	const word = kind === 'type' ? `type ${name}` : name;
	if (/^\s*import\b/.test(line) || new RegExp(`^import[^;]*\\b${name}\\b`, 'm').test(program))
		return [];
	const list = new RegExp(`^import \\{([^}]*)\\} from ['"]${scope}${of}['"]`, 'm').exec(program);
	if (list !== null && list.index + list[0].length < at) {
		const inside = list[1] ?? '';
		const end = list.index + 'import {'.length + inside.trimEnd().replace(/,$/, '').length;
		return [{ from: end, to: end, insert: inside.trim() === '' ? ` ${word}` : `, ${word}` }];
	}
	// After the comments at the beginning, which tell what the program is.
	const [comments = ''] = /^(?:\/\/.*\n)*/.exec(program) ?? [];
	if (comments.length > at) return [];
	const insert = `import { ${word} } from '${scope}${of}';\n`;
	return [{ from: comments.length, to: comments.length, insert }];
}
