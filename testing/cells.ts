import { inlineCodeOf, textOf } from './markdown.ts';

/** What ours is called in the tables of what is called what: the code in the last of two columns. */
export function oursIn(file: string): string[] {
	const rows = textOf(file).matchAll(/^\| .* \| (.*?) *\|$/gm);
	return Array.from(rows, ([, cell = '']) => inlineCodeOf(cell)).flat();
}

/** What stands for a user's own values in the tables. */
const declarations = `
declare const x: Node, y: Node, w: Node, t: Node, i: Node, key: Node, mask: Node, cotangent: Node;
declare const loss: Node, labels: Node, scores: Node, gradients: Node[];
declare const a: Relu, b: Relu, net: Module, v: Variable, p: Variable[], s: Map<string, Node>, parameters: Map<string, Node>;
declare const learningRate: number, epochs: number, optimizer: SGD, data: [Node, Node][];
declare const f: (...xs: Node[]) => Node;
`;

/**
 * A program of every call in tables, for the compiler: each is one of a package, on the values that are declared for users.
 * Options by themselves are not in it.
 */
export function cellsProgram(
	files: readonly string[],
	packages: Readonly<Record<string, object>>,
): string {
	const calls = files.flatMap(oursIn).filter((code) => /^(new )?[\w.]+\(/.test(code));
	const text = calls.join(' ') + declarations;
	const imports = Object.entries(packages).map(([name, exported]) => {
		const used = Object.keys(exported).filter((each) =>
			new RegExp(`(?<![.\\w])${each}\\b`).test(text),
		);
		return `import { ${used.join(', ')} } from '@pullback/${name}';\n`;
	});
	return `${imports.join('')}${declarations}export const calls = [\n${calls.map((call) => `\t() => ${call},\n`).join('')}];\n`;
}
