export type { Schedule } from './schedule.ts';
