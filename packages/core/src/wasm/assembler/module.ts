import { Bytes } from './bytes.ts';
import { Code, type ValueType, valueTypes } from './code.ts';

/** How a module names the memory that it is given. */
export interface MemoryImport {
	readonly module: string;
	readonly name: string;
	readonly initial: number;
	readonly maximum: number;
	readonly shared: boolean;
}

interface Signature {
	readonly parameters: readonly ValueType[];
	readonly results: readonly ValueType[];
}

/** A WebAssembly module in the making: imports, functions, constant vectors, exports. */
export class ModuleBuilder {
	readonly #memory: MemoryImport;
	readonly #types = new Map<string, number>();
	readonly #signatures: Signature[] = [];
	readonly #imports: { readonly module: string; readonly name: string; readonly type: number }[] =
		[];
	readonly #functions: { readonly type: number; code: Code | null }[] = [];
	/** By their bytes, as text. */
	readonly #globals = new Map<string, { readonly index: number; readonly vector: Uint8Array }>();
	readonly #exports: { readonly name: string; readonly index: number }[] = [];

	constructor(memory: MemoryImport) {
		this.#memory = memory;
	}

	/** An imported function; all imports come before the first function. Returns its index. */
	importFunction(
		module: string,
		name: string,
		parameters: readonly ValueType[],
		results: readonly ValueType[],
	): number {
		if (this.#functions.length > 0) throw new Error('internal: an import after a function');
		return this.#imports.push({ module, name, type: this.#typeOf({ parameters, results }) }) - 1;
	}

	/** A function, whose `body` is written at once; it may call functions that it makes on the way. Returns its index. */
	function(
		parameters: readonly ValueType[],
		results: readonly ValueType[],
		body: (code: Code) => void,
	): number {
		const entry: { readonly type: number; code: Code | null } = {
			type: this.#typeOf({ parameters, results }),
			code: null,
		};
		const index = this.#imports.length + this.#functions.push(entry) - 1;
		entry.code = new Code(parameters.length, (vector) => this.#globalOf(vector));
		body(entry.code);
		return index;
	}

	export(name: string, index: number): void {
		this.#exports.push({ name, index });
	}

	encode(): Uint8Array<ArrayBuffer> {
		const out = new Bytes();
		out.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
		section(out, 1, this.#signatures, (to, { parameters, results }) => {
			to.byte(0x60);
			for (const list of [parameters, results]) {
				to.unsigned(list.length);
				for (const type of list) to.byte(valueTypes[type]);
			}
		});
		section(out, 2, [...this.#imports, this.#memory], (to, entry) => {
			to.text(entry.module);
			to.text(entry.name);
			if ('type' in entry) {
				to.byte(0x00);
				to.unsigned(entry.type);
			} else {
				to.append([0x02, entry.shared ? 0x03 : 0x01]);
				to.unsigned(entry.initial);
				to.unsigned(entry.maximum);
			}
		});
		section(out, 3, this.#functions, (to, { type }) => to.unsigned(type));
		section(out, 6, [...this.#globals.values()], (to, { vector }) => {
			to.append([valueTypes.v128, 0x00, 0xfd, 0x0c]);
			to.append(vector);
			to.byte(0x0b);
		});
		section(out, 7, this.#exports, (to, { name, index }) => {
			to.text(name);
			to.byte(0x00);
			to.unsigned(index);
		});
		section(out, 10, this.#functions, (to, { code }) => {
			if (code === null) throw new Error('internal: a function without body');
			const body = code.encode();
			to.unsigned(body.length);
			to.append(body);
		});
		return out.view().slice();
	}

	#globalOf(vector: Uint8Array): number {
		const key = String.fromCharCode(...vector);
		const known = this.#globals.get(key);
		if (known !== undefined) return known.index;
		const index = this.#globals.size;
		this.#globals.set(key, { index, vector });
		return index;
	}

	#typeOf(signature: Signature): number {
		const key = `${signature.parameters}:${signature.results}`;
		const known = this.#types.get(key);
		if (known !== undefined) return known;
		const index = this.#signatures.push(signature) - 1;
		this.#types.set(key, index);
		return index;
	}
}

/** A section with a list of entries. */
function section<Entry>(
	out: Bytes,
	id: number,
	entries: readonly Entry[],
	write: (to: Bytes, entry: Entry) => void,
): void {
	const content = new Bytes();
	content.unsigned(entries.length);
	for (const entry of entries) write(content, entry);
	out.byte(id);
	out.unsigned(content.length);
	out.append(content.view());
}
