export {
	type DecoderCache,
	type DecoderInputs,
	TransformerDecoderLayer,
	type TransformerDecoderLayerOptions,
} from './decoderLayer.ts';
export { TransformerEncoderLayer } from './encoderLayer.ts';
export type { CachedOutput, KeyValueCache } from './keyValueCache.ts';
export {
	type AttentionInputs,
	type CrossAttentionInputs,
	MultiHeadAttention,
	type MultiHeadAttentionOptions,
	type ProjectedKeys,
} from './multiHeadAttention.ts';
export type { TransformerLayerOptions } from './transformerLayer.ts';
