export { type CutoutOptions, cutout } from './cutout.ts';
export { type RandomFlipOptions, randomFlip } from './flip.ts';
export type { RowsAndColumns } from './images.ts';
export { type RandomRotationOptions, randomRotation } from './rotation.ts';
export {
	type RandomCropOptions,
	type RandomShiftOptions,
	randomCrop,
	randomShift,
} from './shiftAndCrop.ts';
