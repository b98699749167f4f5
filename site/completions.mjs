// Writes playground/completions.json: what editors show of the exports and methods of the packages, for the playground, whose
// page has no compiler.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The packages that programs of the playground import. */
const packages = ['core', 'nn', 'verify', 'pictures'];
/** The longest signature that is shown whole. */
const maxSignatureCharacters = 240;

/** @param {string} path from this file */
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The program of all sources. */
function sources() {
	const { config } = ts.readConfigFile(pathOf('tsconfig.api.json'), ts.sys.readFile);
	const { options } = ts.parseJsonConfigFileContent(config, ts.sys, pathOf('.'));
	return ts.createProgram(
		packages.map((name) => pathOf(`../packages/${name}/src/index.ts`)),
		options,
	);
}

/** Writes the completions anew. */
function writeCompletions() {
	const program = sources();
	const checker = program.getTypeChecker();

	/** @param {ts.Symbol} symbol */
	const summaryOf = (symbol) =>
		ts
			.displayPartsToString(symbol.getDocumentationComment(checker))
			.split(/\n\n|(?<=[.:]) (?=[A-Z])/)[0]
			?.replaceAll('\n', ' ')
			.trim() ?? '';

	/** @param {ts.Signature | undefined} signature */
	const signatureText = (signature) => {
		if (signature === undefined) return '';
		const text = checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation);
		return text.length > maxSignatureCharacters
			? `${text.slice(0, maxSignatureCharacters - 1)}…`
			: text;
	};

	/** @param {ts.Symbol} symbol @param {string} of */
	const exportOf = (symbol, of) => {
		const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
		const { name } = symbol;
		const summary = summaryOf(target);
		if (target.flags & ts.SymbolFlags.Class) {
			const [made] = checker.getTypeOfSymbol(target).getConstructSignatures();
			return { name, of, kind: 'class', signature: signatureText(made), summary };
		}
		if ((target.flags & ts.SymbolFlags.Value) === 0)
			return { name, of, kind: 'type', signature: '', summary };
		const [called] = checker.getTypeOfSymbol(target).getCallSignatures();
		const kind = called === undefined ? 'constant' : 'function';
		return { name, of, kind, signature: signatureText(called), summary };
	};

	/** The members that a class has itself. @param {ts.Symbol} symbol */
	const membersOf = (symbol) => {
		const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
		if ((target.flags & ts.SymbolFlags.Class) === 0) return [];
		const type = checker.getDeclaredTypeOfSymbol(target);
		// Interfaces that a class is declared to extend are its own: the methods of Nodes are such.
		const inherited = new Set(
			(type.getBaseTypes() ?? [])
				.filter(({ symbol: base }) => base && base.flags & ts.SymbolFlags.Class)
				.flatMap((base) => base.getProperties().map(({ name }) => name)),
		);
		return type.getProperties().flatMap((member) => {
			const isHidden =
				/^(__|#)/.test(member.name) ||
				member.declarations?.some(
					(each) =>
						ts.getCombinedModifierFlags(each) & ts.ModifierFlags.NonPublicAccessibilityModifier,
				);
			if (isHidden || inherited.has(member.name)) return [];
			const [called] = checker.getTypeOfSymbol(member).getCallSignatures();
			return [
				{
					name: member.name,
					of: symbol.name,
					kind: called === undefined ? 'property' : 'method',
					signature: signatureText(called),
					summary: summaryOf(member),
				},
			];
		});
	};

	const exported = packages.flatMap((of) => {
		const file = program.getSourceFile(pathOf(`../packages/${of}/src/index.ts`));
		const module = file && checker.getSymbolAtLocation(file);
		if (!module) throw new Error(`completions: found no exports of ${of}`);
		return checker.getExportsOfModule(module).map((symbol) => ({ symbol, of }));
	});
	const members = exported.flatMap(({ symbol }) => membersOf(symbol));
	// What several classes have is told of one, of Nodes if they do.
	const first = new Map();
	for (const member of members) if (!first.has(member.name)) first.set(member.name, member);
	for (const member of members) if (member.of === 'Node') first.set(member.name, member);
	const catalogue = {
		exports: exported.map(({ symbol, of }) => exportOf(symbol, of)),
		members: [...first.values()],
	};
	writeFileSync(pathOf('playground/completions.json'), JSON.stringify(catalogue));
}

writeCompletions();
