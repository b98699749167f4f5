const { FC_RUNS = '0' } = process.env;

/** So many runs of a property whose cases take long, as many make a module each; more if FC_RUNS asks for more. */
export function runs(few: number): { readonly numRuns: number } {
	return { numRuns: Math.max(few, Number(FC_RUNS)) };
}
