/** Tests of the packages that a browser cannot run, or need not. */
export const excluded: readonly string[] = [
	'packages/core/test/bundle.test.ts', // makes bundles
	'packages/core/test/copies.test.ts', // asks what Node has of typed arrays
	'packages/core/test/explainPlan.test.ts', // asks for lines of files, which pages have under other names
	'packages/core/test/history.test.ts', // starts processes
	'packages/core/test/hovers.test.ts', // asks a compiler
	'packages/core/test/late.test.ts', // listens to what a process rejects
	'packages/core/test/looking.test.ts', // asks the console of Node
	'packages/core/test/mutation.test.ts', // tests the tests
	'packages/core/test/showInConsole.test.ts', // asks an inspector, and the console of Node
	'packages/core/test/wasmLate.test.ts', // starts processes
	'packages/core/test/wasmMemory.test.ts', // starts processes
	'packages/core/test/wasmProcesses.test.ts', // starts processes
	'packages/core/test/wrongArguments.test.ts', // asks Node how much memory a call takes
	'packages/nn/test/data/wrongArguments.test.ts', // asks Node how much memory a call takes
	'packages/nn/test/layers/references.test.ts', // reads a file
	'packages/nn/test/layers/sequenceReferences.test.ts', // reads a file
	'packages/nn/test/modules/showInConsole.test.ts', // asks the console of Node
	'packages/nn/test/netReferences.test.ts', // reads a file
	'packages/nn/test/optimizers/lbfgs.test.ts', // reads a file
	'packages/nn/test/optimizers/reference.test.ts', // reads a file
	'packages/nn/test/schedules/schedules.test.ts', // reads a file
	'packages/nn/test/wrongArguments.test.ts', // asks Node how much memory a call takes
];
