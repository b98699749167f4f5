import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, assembled, bytes, dtype, littleEndian, unicode } from './assembled.ts';
import { readable, unreadable } from './pickles.ts';
import { errorOf, isRefused } from './refusal.ts';

const samples = [...readable, ...unreadable];
/** Those that are no pickle any more when something is missing at their end. */
const whole = samples.filter(({ title }) => !title.startsWith('two pickles'));
/** The longest pickle that is cut at each of its bytes. */
const maxCutBytes = 2000;

describe('what is damaged', () => {
	test.each(whole.filter(({ bytes }) => bytes.length <= maxCutBytes))(
		'$title: cut off at any byte, is refused and gives no value',
		({ bytes }) => {
			const accepted: number[] = [];
			for (let length = 0; length < bytes.length; length++)
				if (!isRefused(bytes.subarray(0, length))) accepted.push(length);
			expect(accepted).toEqual([]);
		},
	);

	test('cut off anywhere, if it is long, is refused and gives no value', () => {
		const long = whole.filter(({ bytes }) => bytes.length > maxCutBytes);
		const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(fc.constantFrom(...long), share, ({ bytes }, cut) => {
				errorOf(bytes.subarray(0, Math.floor(cut * bytes.length)));
			}),
		);
	});

	test('in any byte, is a typed error or a change of what it holds, never another failure', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...samples),
				fc.nat(),
				fc.integer({ min: 1, max: 255 }),
				({ bytes }, place, flip) => {
					const damaged = Uint8Array.from(bytes);
					const at = place % bytes.length;
					damaged[at] = (damaged[at] ?? 0) ^ flip;
					isRefused(damaged);
				},
			),
			{ numRuns: 2000 },
		);
	});

	test('beyond recognition, is a typed error or a value', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				isRefused(bytes);
			}),
			{ numRuns: 2000 },
		);
	});

	const instructions = fc.constantFrom(
		...'.(NIJKMLFGSTUBCVX]lae)t}dscRbpqgh',
		...Array.from('\x85\x86\x87\x88\x89\x8a\x8c\x93\x94'),
		'K\x00',
		'K\x03',
		'h\x00',
		'h\x01',
		'q\x00',
		'q\x01',
		'U\x01b',
		'C\x01b',
		'C\x04abcd',
		'X\x01\x00\x00\x00<',
		'X\x02\x00\x00\x00f4',
		'cnumpy\nndarray\n',
		'cnumpy\ndtype\n',
		'cnumpy.core.multiarray\n_reconstruct\n',
		'cnumpy.core.multiarray\nscalar\n',
		'cnumpy.core.numeric\n_frombuffer\n',
		'c_codecs\nencode\n',
		'c__builtin__\nbytes\n',
		'(NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00',
	);

	test('in its grammar, is a typed error or a value', () => {
		fc.assert(
			fc.property(fc.array(instructions, { maxLength: 30 }), (parts) => {
				isRefused(assembled(...parts, '.'));
			}),
			{ numRuns: 5000 },
		);
	});

	test.each(readable)('$title: followed by anything, is refused where that begins', ({ bytes }) => {
		const { offset, reason } = errorOf(assembled(bytes, 'N.'));
		expect(offset).toBe(bytes.length);
		expect(reason).toContain('found 2 bytes after the end');
	});
});

describe('what a pickle names', () => {
	const part = fc.stringMatching(/^[A-Za-z_][\w.]{0,20}$/);

	test('is refused by name and byte, whatever it is, unless it is one of NumPy’s arrays', () => {
		fc.assert(
			fc.property(part, part, fc.array(fc.constantFrom('N', ']', '}')), (module, name, before) => {
				const lead = before.join('');
				for (const named of [
					assembled(lead, `c${module}\n${name}\n`),
					assembled(lead, unicode(module), unicode(name), '\x93'),
				]) {
					const { offset, reason } = errorOf(assembled(named, ')R.'));
					expect(offset).toBe(named.at(-1) === 0x93 ? named.length - 1 : lead.length);
					expect(reason).toContain(
						`found the name ${module}.${name}, needed only names of NumPy's`,
					);
				}
			}),
		);
	});

	test.each([
		['os', 'system'],
		['posix', 'system'],
		['builtins', 'eval'],
		['__builtin__', 'getattr'],
		['builtins', 'bytearray'],
		['numpy', 'load'],
		['numpy', 'ndarray.__class__'],
		['numpy.core.multiarray', '__builtins__'],
		['numpy.core', 'multiarray _reconstruct'],
		['numpy', 'ndarray more'],
		['numpy.f2py.crackfortran', 'param_eval'],
		['torch._utils', '_rebuild_tensor_v2'],
		['__proto__', 'constructor'],
		['_codecs', 'decode'],
	])('%s.%s is refused, called or not, at any depth', (module, name) => {
		const global = `c${module}\n${name}\n`;
		for (const [before, after] of [
			['', '.'],
			['](', 'X\x04\x00\x00\x00trueRe.'],
			['}X\x02\x00\x00\x00W1(', ')Rts.'],
		] as const) {
			const { offset, reason } = errorOf(assembled(before, global, after));
			expect(offset).toBe(before.length);
			expect(reason).toContain('found the name ');
		}
	});

	test('is shown on one line and shortened', () => {
		const { reason } = errorOf(
			assembled(unicode('\u001b[31m\n'), unicode('x'.repeat(1e6)), '\x93.'),
		);
		expect(reason).toContain('found the name "\\u001b[31m\\n"."xxx');
		expect(reason.length).toBeLessThan(400);
	});

	test.each([
		['the class of arrays', 'cnumpy\nndarray\n', 'the class numpy.ndarray'],
		['a function', 'cnumpy.core.multiarray\n_reconstruct\n', 'numpy._reconstruct'],
		['a dtype', dtype('f4'), 'a dtype'],
		[
			'an array without its state',
			'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R',
			'an array without its state',
		],
	])('alone, %s is no value', (_, part, words) => {
		expect(errorOf(assembled(part, '.')).reason).toContain(`found ${words}, needed plain values`);
		expect(errorOf(assembled('](', part, '\x85e.')).reason).toContain(words);
	});

	test.each([
		['PERSID', 'Pabc\n'],
		['BINPERSID', 'NQ'],
		['INST', '(ios\nsystem\n'],
		['OBJ', '(o'],
		['NEWOBJ', ')\x81'],
		['NEWOBJ_EX', ')\x92'],
		['EXT1', '\x82\x01'],
		['EXT2', '\x83\x01\x00'],
		['EXT4', '\x84\x01\x00\x00\x00'],
		['NEXT_BUFFER', '\x97'],
		['READONLY_BUFFER', '\x98'],
		['POP', 'N0'],
		['POP_MARK', '(1'],
		['DUP', 'N2'],
		['EMPTY_SET', '\x8f'],
	])('%s, which takes or makes other things, is refused by name and byte', (name, instruction) => {
		const { offset, reason } = errorOf(assembled(']', instruction, '.'));
		expect(reason).toContain(`found the instruction ${name}, which `);
		expect(offset).toBeLessThanOrEqual(instruction.length);
	});
});

describe('what it claims', () => {
	test.each([
		['BINBYTES', 'B', 4, 2n ** 32n - 1n],
		['BINUNICODE', 'X', 4, 2n ** 31n],
		['BINUNICODE8', '\x8d', 8, 2n ** 63n],
		['BINBYTES8', '\x8e', 8, 2n ** 64n - 1n],
		['BINBYTES8', '\x8e', 8, 2n ** 53n + 1n],
		['BYTEARRAY8', '\x96', 8, 2n ** 40n],
		['BINSTRING', 'T', 4, 2n ** 31n - 1n],
		['LONG4', '\x8b', 4, 2n ** 31n - 1n],
		['SHORT_BINBYTES', 'C', 1, 255n],
	])('%s of more bytes than there are is refused at the end', (name, code, size, length) => {
		const pickle = assembled(code, littleEndian(length, size), 'abc.');
		const { offset, reason } = errorOf(pickle);
		expect(offset).toBe(pickle.length);
		expect(reason).toMatch(
			new RegExp(`found the end of the file, needed \\d+ bytes .* for ${name}`),
		);
	});

	test.each([
		['BINSTRING', 'T\xff\xff\xff\xff', 'found a length of -1 bytes'],
		['LONG4', '\x8b\x00\x00\x00\x80', 'found a length of -2147483648 bytes'],
		[
			'FRAME',
			'\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.',
			'found a frame of 9223372036854776000 bytes',
		],
		[
			'a long LONG4',
			assembled('\x8b', littleEndian(300, 4), new Uint8Array(300)),
			'a whole number of 300 bytes',
		],
		['a long LONG', `L${'9'.repeat(5000)}L\n`, 'a whole number of 5000 digits'],
		['PROTO', '\x80\x06N.', 'found protocol 6, needed at most 5'],
		['a second PROTO', 'N\x80\x02.', 'found a second beginning'],
	])('%s of impossible size is refused where it stands', (_, pickle, words) => {
		expect(errorOf(assembled(pickle)).reason).toContain(words);
	});

	test.each([
		['too short', [3], 8],
		['too long', [1], 8],
		['of 2^32 elements', [65536, 65536], 0],
		['of 2^64 elements, which is 0 in 64 bits', [2 ** 32, 2 ** 32], 0],
		['of 2^53 elements', [2 ** 53], 8],
		['of 2^96 elements', [2 ** 32, 2 ** 32, 2 ** 32], 8],
		['of 2^62 elements of 4 bytes, which is 0 in 64 bits', [2n ** 62n], 0],
		['of no elements in long rows', [0, 2 ** 40], 0],
		['of no elements in rows of 2^64', [2n ** 64n, 0], 0],
		['of negative size', [-2], 8],
		['of sizes whose signs cancel', [-1, -2], 8],
		['of 65 axes', new Array<number>(65).fill(1), 4],
	])('a shape %s for its elements is refused', (_, shape, size) => {
		const pickle = array(shape, dtype('f4'), bytes(new Uint8Array(size)));
		expect(errorOf(assembled(pickle, '.')).reason).toMatch(/shape|tensor/);
	});

	test.each([
		['a byte order that there is not', array([1], dtype('f4', '='), bytes(new Uint8Array(4)))],
		['no byte order where it matters', array([1], dtype('f4', '|'), bytes(new Uint8Array(4)))],
		['a type that there is not', array([1], dtype('f3'), bytes(new Uint8Array(3)))],
		['a type of no size', array([1], dtype('f'), bytes(new Uint8Array(4)))],
		['a type that objects inherit', array([1], dtype('constructor'), bytes(new Uint8Array(4)))],
		['a truth value of 2', array([2], dtype('b1', '|'), bytes(Uint8Array.of(1, 2)))],
		['elements that are text beyond Latin-1', array([2], dtype('u1', '|'), unicode('a\u0100'))],
		['elements that are a list', array([1], dtype('u1', '|'), assembled(']'))],
		[
			'a list as shape',
			assembled('cnumpy.core.numeric\n_frombuffer\n(C\x01a', dtype('u1'), ']K\x01aU\x01CtR'),
		],
		[
			'an order of axes that repeats one',
			assembled(
				'cnumpy.core.numeric\n_frombuffer\n(C\x01a',
				dtype('u1'),
				'K\x01K\x01\x86U\x01KK\x00K\x00\x86tR',
			),
		],
		[
			'a dtype without its state',
			assembled('cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\x02f4K\x00K\x01tRC\x04abcdtR'),
		],
		[
			'a dtype with two states',
			assembled(
				'cnumpy.core.multiarray\nscalar\n(',
				dtype('f4'),
				'(K\x03U\x01>NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbC\x04abcdtR',
			),
		],
		[
			'an array with two states',
			assembled(array([1], dtype('f4'), bytes(new Uint8Array(4))), 'Nb'),
		],
		['arguments in a list', 'c_codecs\nencode\n]R'],
		['a call of what is no name', 'X\x02\x00\x00\x00os)R'],
		['a call of an array', assembled(array([1], dtype('u1'), bytes(new Uint8Array(1))), ')R')],
		['a state for a list', ']Nb'],
		['another encoding', 'c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00utf-8tR'],
		['bytes of something', 'cbuiltins\nbytes\n(K\x05tR'],
	])('%s is refused', (_, pickle) => {
		errorOf(assembled(pickle, '.'));
	});
});

describe('the stack and the memo', () => {
	test.each([
		['an empty file', ''],
		['no result', '.'],
		['two results', 'NN.'],
		['an open mark', 'N(.'],
		['an append to nothing', 'Na.'],
		['a tuple of too few', 'N\x87.'],
		['an entry of too few', '}Ns.'],
		['a value from below the mark', '](a.'],
		['a value from below a mark that is closed later', ']N(ala.'],
		['no mark for a tuple', 'Nt.'],
		['no mark for entries', '}u.'],
		['a call of nothing', ')R.'],
		['a key without a value', '}(Nu.'],
		['a key that is a list', '}]Ns.'],
		['a key twice', '}(K\x01NK\x01Nu.'],
		[
			'a key twice, as bigint',
			`}(${'L99999999999999999999\n'.repeat(2)}u.`.replace('\nL', '\nNL').replace('\nu', '\nNu'),
		],
		['items for a dictionary', '}Na.'],
		['items for a tuple', ')Na.'],
		['entries for a list', ']NNs.'],
		['an unknown memo', 'h\x00.'],
		['an unknown memo of large number', 'N\x94j\xff\xff\xff\xff.'],
		['nothing to remember', '\x94.'],
		['a negative memo', 'Np-1\n.'],
		['a memo beyond all numbers', `Np${'9'.repeat(30)}\n.`],
		['a list that contains itself', '](\x94.'],
		['a list that contains itself, appended', ']\x94h\x00a.'],
		['a dictionary that contains itself', '}q\x00K\x01h\x00s.'],
		['lists that contain each other', ']q\x00]q\x01h\x00ah\x01aa.'],
		['an unknown instruction', '\xff.'],
		['no text in UTF-8', 'U\x02\xc3\xa9X\x02\x00\x00\x00\xc3\x28\x86.'],
		['half a character', 'X\x03\x00\x00\x00\xed\xa0\x80.'],
		['a number that is none', 'Iabc\n.'],
		['a number with something after it', 'I12 \n.'],
		['an empty number', 'I\n.'],
		['a float that is none', 'F0x10\n.'],
		['an empty float', 'F\n.'],
		['a string without quotes', 'Sabc\n.'],
		['a string of one quote', "S'\n."],
		['a string that ends in a backslash', "S'\\'\n."],
		['a string with half an escape', "S'\\x4'\n."],
		['a text with half an escape', 'V\\u004\n.'],
		['a text beyond all characters', 'V\\U00110000\n.'],
		['a text with a backslash', 'V\\n\n.'],
	])('%s is refused', (_, pickle) => {
		errorOf(assembled(pickle));
	});

	test.each([
		['gzip', '\x1f\x8b\x08\x00', 'gzip'],
		['a zip archive', 'PK\x03\x04', 'zip archive'],
		['an .npy file', '\x93NUMPY\x01\x00', 'numpy.save'],
		['a web page', '<!doctype html>', 'web page'],
	])('%s is told apart from a pickle', (_, beginning, words) => {
		const { offset, reason } = errorOf(assembled(beginning, 'N.'));
		expect([offset, reason]).toEqual([0, expect.stringContaining(words)]);
	});
});
