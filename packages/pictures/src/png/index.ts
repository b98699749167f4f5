export { type DecodePngOptions, decodePng } from './decodePng.ts';
export { type EncodePngOptions, encodePng } from './encodePng.ts';
export { type ImageSheetOptions, imageSheet } from './imageSheet.ts';
