export { crossEntropy, halfSquaredError, meanSquaredError, softmaxCrossEntropy } from './losses.ts';
