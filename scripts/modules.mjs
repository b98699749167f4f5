// node scripts/modules.mjs [checkout]: a digest of the machine code of a fixed set of programs, as the build in the
// checkout (this one if left out) compiles them for one thread. Two checkouts whose lines are the same compile the same;
// what moves and renames code must not change a line.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const checkout = resolve(process.argv[2] ?? '.');
/** @param {string} path */
const load = (path) => import(pathToFileURL(resolve(checkout, path)).href);
const core = await load('packages/core/dist/index.js');
const nn = await load('packages/nn/dist/index.js');
const { hostilePrograms } = await load('packages/verify/dist/generated/hostile.js');
const { models } = await load('packages/verify/dist/generated/models.js');
const { histories } = await load('packages/verify/dist/generated/histories.js');
const require = createRequire(resolve(checkout, 'packages/verify/package.json'));
const { default: fc } = await import(pathToFileURL(require.resolve('fast-check')).href);

let digest = createHash('sha256');
let bytes = 0;
/** @type {{ Module: new (source: Uint8Array) => object }} */
const webAssembly = Reflect.get(globalThis, 'WebAssembly');
webAssembly.Module = class extends webAssembly.Module {
	/** @param {Uint8Array} source */
	constructor(source) {
		super(source);
		digest.update(source);
		bytes += source.byteLength;
	}
};

/** @typedef {import('../packages/core/src/index.ts').Node} Node */
/** @typedef {(f: (...args: Node[]) => unknown) => (...args: Node[]) => unknown} Compile */

/**
 * @param {Node} node
 * @param {string} name
 * @param {...unknown} args
 */
const call = (node, name, ...args) => Reflect.apply(Reflect.get(node, name), node, args);

let programs = 0;
/**
 * Prints the digest of all modules that are made while `use` runs.
 *
 * @param {string} name
 * @param {(compile: Compile) => void} use
 */
function program(name, use) {
	digest = createHash('sha256');
	bytes = 0;
	programs++;
	try {
		use(core.compiler(core.wasmEngine({ threads: 1 })));
	} catch (error) {
		digest.update(String(error));
	}
	console.log(name.padEnd(44), String(bytes).padStart(7), digest.digest('hex').slice(0, 16));
}

const keys = Array.from({ length: 8 }, (_, seed) => core.randomKey(seed));
const x = core.normal(keys[0], [5, 7]);
const y = core.normal(keys[1], [5, 7]).abs().add(0.5);
const taking = {
	whole: [core.tensor([3, 1, 2]), core.tensor([2, 2, 0])],
};
for (const name of [
	...['neg', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tanh', 'erf', 'abs', 'sign'],
	...['floor', 'ceil', 'round', 'square', 'sigmoid', 'relu', 'gelu', 'softplus', 'silu', 'rsqrt'],
	...['sum', 'mean', 'max', 'min', 'prod', 'argmax', 'argmin', 'cumsum', 'sort', 'argsort'],
	...['softmax', 'logSoftmax', 'logSumExp', 'std', 'transpose', 'flatten'],
])
	for (const dtype of ['f32', 'f64'])
		program(`${name} ${dtype}`, (compile) => compile((a) => call(a, name))(y.cast(dtype)));
for (const name of ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'less', 'equal'])
	program(name, (compile) => {
		compile((a, b) => call(a, name, b))(x, y);
		compile((a, b) => call(a, name, b))(...taking.whole);
	});
program('gather, scatter, concatenate, pad', (compile) => {
	const f = compile((a, i) => [
		core.gather(a, i),
		core.grad(core.gather(a, i).square().sum(), [a])[0],
		core.concatenate([a, a.mul(2)], 1),
		core.pad(a, [
			[1, 2],
			[0, 1],
		]),
		a.flip([0]).slice([1, 4]),
	]);
	f(x, core.tensor([4, 0, 0], { dtype: 'i32' }));
});
program('uniform, normal', (compile) =>
	compile((key) => [core.uniform(key, [100]), core.normal(key, [64])])(core.randomKey(3)),
);
for (const [m, k, n] of [
	[1, 64, 32],
	[3, 5, 7],
	[100, 784, 50],
	[64, 1000, 8],
	[256, 256, 256],
	[2, 4096, 64],
])
	for (const dtype of ['f32', 'f64'])
		program(`product ${m} x ${k} x ${n} ${dtype}`, (compile) => {
			const [a, b] = [core.zeros([m, k], { dtype }), core.zeros([k, n], { dtype })];
			compile((p, q) => [
				core.matmul(p, q).relu(),
				core.grad(core.matmul(p, q).square().sum(), [p, q]),
			])(a, b);
		});
/** @type {[number[], string, number][]} */
const trainings = [
	[[784, 50, 10], 'SGD', 100],
	[[784, 50, 10], 'Adam', 100],
	[[784, 512, 256, 10], 'Momentum', 128],
	[[784, 50, 10], 'SGD', 1],
];
for (const [sizes, optimizer, batch] of trainings)
	program(`training ${sizes.join('-')} ${optimizer} ${batch}`, (compile) => {
		const layers = sizes
			.slice(1)
			.flatMap((outputs, i) => [
				new nn.Affine({ inputs: sizes[i], outputs, key: keys[i] }),
				...(i < sizes.length - 2 ? [(/** @type {Node} */ node) => node.relu()] : []),
			]);
		const model = nn.sequential(...layers);
		const update = new nn[optimizer](model.parameters(), { learningRate: 0.1 });
		const step = compile((images, labels) => {
			const loss = nn.softmaxCrossEntropy(model.forward(images), labels);
			update.minimize(loss);
			return loss;
		});
		step(core.zeros([batch, 784]), core.zeros([batch], { dtype: 'i32' }));
		compile((images) => model.forward(images).argmax(1))(core.zeros([batch, 784]));
	});
for (const [name, drawn, numRuns] of [
	['hostile program', hostilePrograms(), 60],
	['large program', hostilePrograms({ maxLength: 4, large: true }), 20],
	['model', models(), 30],
	['history', histories(), 20],
])
	for (const [i, each] of fc.sample(drawn, { seed: 20261129, numRuns }).entries())
		program(`${name} ${i}`, (compile) => each.outcome(compile));
console.log(`${programs} programs`);
