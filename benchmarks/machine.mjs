import os from 'node:os';

/** What the figures depend on. */
export function machine() {
	return {
		processor: os.cpus()[0]?.model ?? 'unknown',
		cores: os.availableParallelism(),
		memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
		system: `${os.type()} ${os.release()} ${os.arch()}`,
		node: process.versions.node,
		v8: process.versions.v8,
		/** How many programs run or wait to, the mean over a minute: others' work, where it exceeds the cores. */
		load: os.loadavg()[0]?.toFixed(1) ?? 'unknown',
	};
}
