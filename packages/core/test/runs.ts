const { FC_RUNS = '0' } = process.env;

/** The number of runs of a property that needs another than most; more if FC_RUNS asks for more. */
export function runs(few: number): { readonly numRuns: number } {
	return { numRuns: Math.max(few, Number(FC_RUNS)) };
}
