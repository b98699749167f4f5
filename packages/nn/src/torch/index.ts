export { type FromTorchOptions, fromTorch } from './fromTorch.ts';
