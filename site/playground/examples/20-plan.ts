// What compile makes of a function
// The plan of a compiled step: its kernels, what each computes, and from which line.
import { compile, explainPlan, grad, type Node, normal, randomKey } from '@pullback/core';

const step = (x: Node, w: Node) => {
	const y = x.matmul(w).tanh().square().mean();
	const [byW] = grad(y, [w]);
	return [y, byW] as const;
};

const x = normal(randomKey(0), [64, 32]);
const w = normal(randomKey(1), [32, 16]);
console.log(String(explainPlan(step)(x, w)));

const compiled = compile(step);
const start = performance.now();
for (let i = 0; i < 1000; i++) compiled(x, w);
console.log(`${(performance.now() - start).toFixed(0)} µs a step`);
