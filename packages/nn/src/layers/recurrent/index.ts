export type { CellOptions } from './cell.ts';
export { GRU } from './gru.ts';
export { GRUCell } from './gruCell.ts';
export { LSTM } from './lstm.ts';
export { LSTMCell } from './lstmCell.ts';
export type { RecurrentInputs, RecurrentOptions, RecurrentOutput } from './recurrent.ts';
export { RNN, type RNNOptions } from './rnn.ts';
export { RNNCell, type RNNCellOptions } from './rnnCell.ts';
export type { LSTMState } from './state.ts';
