export type { BatchOptions, IndexedBatches, IndexedBatchOptions } from './batches.ts';
export type { Collated } from './collate.ts';
export { type Dataset, dataset, type Fold, type SplitOptions } from './dataset.ts';
export type { DataPosition } from './position.ts';
export type { Stream, StreamBatches, StreamBatchOptions, StreamSource } from './stream.ts';
