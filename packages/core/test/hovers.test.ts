import { fileURLToPath } from 'node:url';
import ts from 'typescript-services';
import { expect, test } from 'vitest';
import { Node, Variable } from '../src/index.ts';
import { operations } from '../src/methods.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const program = `${folder}hovers.program.ts`;

const methodsOf = ({ prototype }: typeof Node | typeof Variable): string[] =>
	Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

const lines = [
	"import * as core from '../src/index.ts';",
	'declare const node: core.Node;',
	'declare const cell: core.Variable;',
	...Object.keys(operations).map((name) => `core.${name};`),
	...methodsOf(Node).map((name) => `node.${name};`),
	...methodsOf(Variable).map((name) => `cell.${name};`),
];
const source = lines.join('\n');

/** What an editor asks about the program above, which stands beside this file without being written. */
function languageService(): ts.LanguageService {
	const configFile = `${folder}../tsconfig.test.json`;
	const config = ts.getParsedCommandLineOfConfigFile(
		configFile,
		{},
		{
			...ts.sys,
			onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
				throw new Error(String(messageText));
			},
		},
	);
	const text = (file: string): string | undefined =>
		file === program ? source : ts.sys.readFile(file);
	return ts.createLanguageService({
		getCompilationSettings: () => config?.options ?? {},
		getScriptFileNames: () => [program],
		getScriptVersion: () => '1',
		getScriptSnapshot: (file) => {
			const content = text(file);
			return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
		},
		getCurrentDirectory: () => folder,
		getDefaultLibFileName: ts.getDefaultLibFilePath,
		fileExists: (file) => file === program || ts.sys.fileExists(file),
		readFile: text,
	});
}

interface Hover {
	readonly documentation: string;
	/** Where "go to definition" leads. */
	readonly definitions: readonly string[];
}

const service = languageService();
const hovers = new Map(
	lines.slice(3).map((line): [string, Hover] => {
		const at = source.indexOf(`\n${line}`) + 1 + line.indexOf('.') + 1;
		const info = service.getQuickInfoAtPosition(program, at);
		return [
			line.slice(0, -1),
			{
				documentation: ts.displayPartsToString(info?.documentation),
				definitions: (service.getDefinitionAtPosition(program, at) ?? []).map(
					({ fileName, textSpan }) => `${fileName.slice(folder.length - 5)}:${textSpan.start}`,
				),
			},
		];
	}),
);

test.each(Object.keys(operations))(
	'hovering over the method %s shows what its function is documented to do, and leads there',
	(name) => {
		const shown = hovers.get(`core.${name}`);
		expect(shown?.documentation).toMatch(/\S/);
		expect(hovers.get(`node.${name}`)).toEqual(shown);
		expect(hovers.get(`cell.${name}`)).toEqual(shown);
	},
);

test('every other method of Nodes and Variables is documented, too', () => {
	for (const [name, { documentation }] of hovers) expect(documentation, name).toMatch(/\S/);
});
