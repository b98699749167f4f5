export type { CachedOutput, KeyValueCache } from './keyValueCache.ts';
export {
	type AttentionInputs,
	type CrossAttentionInputs,
	MultiHeadAttention,
	type MultiHeadAttentionOptions,
	type ProjectedKeys,
} from './multiHeadAttention.ts';
