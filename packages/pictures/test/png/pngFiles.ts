import { crc32, deflateSync } from 'node:zlib';

/** A picture as a test writes it: whole numbers of `depth` bits, [height, width, samples] row by row. */
export interface TestPicture {
	readonly width: number;
	readonly height: number;
	readonly depth: 1 | 2 | 4 | 8 | 16;
	readonly color: 0 | 2 | 3 | 4 | 6;
	readonly interlaced: boolean;
	readonly samples: readonly number[];
	/** The filter of each row that is written, in turn. */
	readonly filters: readonly number[];
	readonly palette?: readonly number[];
	readonly transparency?: readonly number[];
}

export const samplesPerPixel = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

export const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** The bytes of a chunk, with a right checksum. */
export function chunk(type: string, body: Iterable<number>): Uint8Array {
	const bytes = Buffer.from(body as Uint8Array);
	const whole = Buffer.alloc(12 + bytes.length);
	whole.writeUInt32BE(bytes.length, 0);
	whole.write(type, 4, 'latin1');
	bytes.copy(whole, 8);
	whole.writeUInt32BE(crc32(whole.subarray(4, 8 + bytes.length)), 8 + bytes.length);
	return whole;
}

/** The body of a header, true or not. */
export function header(width: number, height: number, rest: readonly number[]): Uint8Array {
	const bytes = Buffer.alloc(8 + rest.length);
	bytes.writeUInt32BE(width, 0);
	bytes.writeUInt32BE(height, 4);
	bytes.set(rest, 8);
	return bytes;
}

/** Writes a PNG file as the specification says, slowly: filters by their definition, the picture data in three pieces. */
export function writePng(picture: TestPicture): Uint8Array {
	const { width, height, depth, color, interlaced, palette, transparency } = picture;
	const packed = deflateSync(filteredRows(picture));
	const third = Math.ceil(packed.length / 3);
	return Buffer.concat([
		signature,
		chunk('IHDR', header(width, height, [depth, color, 0, 0, interlaced ? 1 : 0])),
		chunk('tEXt', Buffer.from('Title\0of a test')),
		...(palette === undefined ? [] : [chunk('PLTE', palette)]),
		...(transparency === undefined ? [] : [chunk('tRNS', transparency)]),
		chunk('IDAT', packed.subarray(0, third)),
		chunk('IDAT', packed.subarray(third, 2 * third)),
		chunk('IDAT', packed.subarray(2 * third)),
		chunk('IEND', []),
	]);
}

/** All rows as they are deflated: the bytes of the filters, and differences. */
export function filteredRows(picture: TestPicture): Uint8Array {
	const { width, height, depth, color, interlaced, samples, filters } = picture;
	const each = samplesPerPixel[color];
	const rows: number[] = [];
	let written = 0;
	for (const pass of interlaced ? [1, 2, 3, 4, 5, 6, 7] : [0]) {
		let before: number[] | undefined;
		for (let y = 0; y < height; y++) {
			const bits: number[] = [];
			for (let x = 0; x < width; x++) {
				if (passOf(x, y, interlaced) !== pass) continue;
				for (let k = 0; k < each; k++)
					for (let bit = depth - 1; bit >= 0; bit--)
						bits.push(((samples[(y * width + x) * each + k] ?? 0) >> bit) & 1);
			}
			if (bits.length === 0) continue;
			const row = bytesOfBits(bits);
			const filter = filters[written++ % filters.length] ?? 0;
			rows.push(
				filter,
				...filtered(row, before ?? row.map(() => 0), filter, Math.ceil((depth * each) / 8)),
			);
			before = row;
		}
	}
	return Uint8Array.from(rows);
}

/** The pass of Adam7 that a pixel is stored in, by the 8 by 8 pattern of the specification. */
function passOf(x: number, y: number, interlaced: boolean): number {
	const pattern = [
		'16462646',
		'77777777',
		'56565656',
		'77777777',
		'36463646',
		'77777777',
		'56565656',
		'77777777',
	];
	return interlaced ? Number(pattern[y % 8]?.[x % 8]) : 0;
}

function bytesOfBits(bits: readonly number[]): number[] {
	const bytes: number[] = [];
	for (let i = 0; i < bits.length; i += 8)
		bytes.push(
			Number.parseInt(
				bits
					.slice(i, i + 8)
					.join('')
					.padEnd(8, '0'),
				2,
			),
		);
	return bytes;
}

function filtered(row: number[], above: number[], filter: number, pixelBytes: number): number[] {
	return row.map((byte, i) => {
		const a = row[i - pixelBytes] ?? 0;
		const b = above[i] ?? 0;
		const c = above[i - pixelBytes] ?? 0;
		const p = a + b - c;
		const nearest = [a, b, c].sort((s, t) => Math.abs(p - s) - Math.abs(p - t))[0] ?? 0;
		const foretold = [0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0;
		return (byte - foretold) & 255;
	});
}
