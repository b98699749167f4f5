// The parts of the JavaScript environment that the engine needs and that the ES2023 library does not declare.

/** The WebAssembly interface of JavaScript, as far as it is used here. */
export interface WebAssemblyInterface {
	readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
	readonly Instance: new (
		module: object,
		imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
	) => { readonly exports: Readonly<Record<string, (...args: readonly number[]) => number>> };
	readonly Memory: new (limits: {
		readonly initial: number;
		readonly maximum: number;
		readonly shared: boolean;
	}) => Memory;
	validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** A linear memory, which only ever grows. */
export interface Memory {
	readonly buffer: ArrayBuffer | SharedArrayBuffer;
	/** Adds pages of 64 KiB; throws RangeError if it cannot. */
	grow(pages: number): number;
}

/** WebAssembly, where the environment has it. */
export const webAssembly: WebAssemblyInterface | undefined = (
	globalThis as { readonly WebAssembly?: WebAssemblyInterface }
).WebAssembly; // declared by browsers' libraries alone
