// The chain rule, step by step
// The price of two apples and three oranges with tax, as in chapter 5: look at the graph, and step back from the price to an apple.
import { grad, tensor } from '@pullback/core';
import { explainGradient } from '@pullback/pictures';

const apple = tensor(100);
const apples = tensor(2);
const orange = tensor(150);
const oranges = tensor(3);
const tax = tensor(1.1);
const fruit = apple.mul(apples).add(orange.mul(oranges));
const price = fruit.mul(tax);

const names = { apple, apples, orange, oranges, tax, fruit, price };
console.log(String(explainGradient(price, apple, { names })));
console.log();
const gradients = grad(price, [apples, oranges, tax]);
console.log(gradients.map((gradient) => gradient.item()));
