export type { Rule, Rules, Settings } from './rules.ts';
