export * from './augmentation/index.ts';
export type { BatchOptions, IndexedBatches, IndexedBatchOptions } from './batches.ts';
export type { Collated } from './collate.ts';
export { type CsvOptions, type CsvTable, type CsvType, parseCsv } from './csvTable.ts';
export { type Dataset, dataset, type Fold, type SplitOptions } from './dataset.ts';
export type { DataPosition } from './position.ts';
export { Standardizer, type StandardizerOptions, standardizer } from './standardizer.ts';
export type { Stream, StreamBatches, StreamBatchOptions, StreamSource } from './stream.ts';
