/** How numbers lie along an axis. */
export type Scale = 'linear' | 'log';

/** An axis: which numbers it covers, and those that are written beside it. */
export interface Axis {
	readonly scale: Scale;
	readonly domain: readonly [low: number, high: number];
	readonly ticks: readonly number[];
	/** How the number of a tick is written. */
	readonly format: (tick: number) => string;
	/** What its numbers are, in words. */
	readonly label?: string;
}

/** Options of an axis. */
export interface AxisOptions {
	readonly scale?: Scale;
	/** How many ticks there are, more or less. */
	readonly count?: number;
	readonly label?: string;
	/** Whether only whole numbers are ticks. */
	readonly isWhole?: boolean;
	/** Whether the axis is exactly as long as its extent, and does not end at ticks. */
	readonly isTight?: boolean;
}

/** An axis that covers an extent of numbers that can be drawn, above 0 if the scale is logarithmic; of none, any. */
export function axisOf(
	extent: readonly [low: number, high: number] | null,
	{ scale = 'linear', count = 5, label, isWhole = false, isTight = false }: AxisOptions = {},
): Axis {
	const [low, high] = widened(extent, scale);
	const ticksFor = (most: number): Ticks =>
		scale === 'log' ? powers(low, high, most) : multiples(low, high, most, isWhole ? 1 : 0);
	const within = ({ ticks }: Ticks): readonly number[] =>
		isTight ? ticks.filter((tick) => tick >= low && tick <= high) : ticks;
	// Between the ends of a tight axis there may be fewer than asked for: it has two if it can.
	let most = count;
	while (within(ticksFor(most)).length < 2 && most < count + 8) most++;
	const { step, ticks } = ticksFor(most);
	const covered = within({ step, ticks });
	return {
		scale,
		domain: isTight
			? [low, high]
			: [Math.min(low, ticks[0] ?? low), Math.max(high, ticks.at(-1) ?? high)],
		ticks: covered,
		format: scale === 'log' ? formatPower : formatOf(step, Math.max(Math.abs(low), Math.abs(high))),
		...(label === undefined ? {} : { label }),
	};
}

/** Where along an axis a number lies, from 0 to 1. */
export function shareOf({ scale, domain: [low, high] }: Axis, number: number): number {
	if (scale === 'log')
		// Not of quotients, which may be infinite.
		return (Math.log(number) - Math.log(low)) / (Math.log(high) - Math.log(low));
	return (number - low) / (high - low);
}

/** The least difference of the ends of an axis, far enough from the least number that its parts are exact. */
const leastDifference = 1e-290;

/** An extent that is longer than nothing, since something has to be between the ends of an axis. */
function widened(
	extent: readonly [low: number, high: number] | null,
	scale: Scale,
): readonly [low: number, high: number] {
	if (scale === 'log') {
		const [low, high] = extent ?? [1, 10];
		// A single number, and numbers so close that no power of ten lies between them.
		return low === high ? [Math.max(low / 2, Number.MIN_VALUE), high * 2] : [low, high];
	}
	const [low, high] = extent ?? [0, 1];
	const size = Math.max(Math.abs(low), Math.abs(high));
	// Closer than that, and numbers in f64 cannot be told apart along it.
	if (high - low > Math.max(size * 1e-9, leastDifference)) return [low, high];
	const half = size < leastDifference ? 1 : size / 2;
	return [low - half, high + half];
}

interface Ticks {
	readonly step: number;
	readonly ticks: readonly number[];
}

/** Multiples of 1, 2 or 5 times a power of ten, the first no greater than `low`, the last no less than `high`. */
function multiples(low: number, high: number, count: number, leastStep: number): Ticks {
	const rough = Math.max((high - low) / count, leastStep);
	const least = Math.floor(Math.log10(rough));
	const steps = [1, 2, 5, 10].map((factor) => ({ factor, step: Number(`${factor}e${least}`) }));
	// A little less than that many ticks is as good.
	const { factor, step } = steps.find((each) => each.step >= rough * 0.999) ?? {
		factor: 10,
		step: rough,
	};
	const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
	// As they are written: 3 * 0.1 is 0.30000000000000004.
	const ticks = Array.from(
		{ length: last - first + 1 },
		(_, i) => Number(`${(first + i) * factor}e${least}`) + 0,
	);
	return { step, ticks };
}

/** Powers of ten around an extent, and 2 and 5 times these where there are few. */
function powers(low: number, high: number, count: number): Ticks {
	const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
	const every = Math.max(1, Math.ceil((last - first) / count));
	const factors = last - first <= 1 ? [1, 2, 5] : [1];
	const ticks: number[] = [];
	for (let power = first; power <= last + every; power += every)
		for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
	const enough = ticks.filter((tick) => tick > 0 && Number.isFinite(tick));
	const from = enough.findLastIndex((tick) => tick <= low * (1 + 1e-9));
	const to = enough.findIndex((tick, i) => i > from && tick >= high * (1 - 1e-9));
	return { step: 1, ticks: enough.slice(Math.max(from, 0), to < 0 ? undefined : to + 1) };
}

function formatOf(step: number, size: number): (tick: number) => string {
	if (size >= 1e6 || step < 1e-5) {
		const digits = Math.max(0, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)));
		return (tick) => (tick === 0 ? '0' : exponential(tick, Math.min(digits, 15)));
	}
	const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
	return (tick) => minus(grouped(tick.toFixed(digits)));
}

function formatPower(tick: number): string {
	return tick >= 1e-3 && tick < 1e4 ? String(tick) : exponential(tick, 0);
}

function exponential(tick: number, digits: number): string {
	return minus(
		tick
			.toExponential(digits)
			.replace(/\.?0+e/, 'e')
			.replace('e+', 'e'),
	);
}

/** The sign of the typographers, as wide as a digit. */
function minus(text: string): string {
	return text.replaceAll('-', '−');
}

function grouped(text: string): string {
	return text.length > 4 && !text.includes('.') ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text;
}
