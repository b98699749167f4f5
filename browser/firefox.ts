import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import { pathOf } from './installed.ts';

/** Runs tests in a Firefox as it is installed; Playwright itself can only drive a build of its own. */
export function firefox(): BrowserProviderOption {
	return { ...playwright(), providerFactory: () => new Firefox() };
}

/** Opens the page of the tests, which needs nothing more of its browser, in a new profile. */
class Firefox implements BrowserProvider {
	/** Pages of providers by other names import packages of theirs. */
	readonly name = 'playwright';
	readonly supportsParallelism = false;
	readonly #processes: ChildProcess[] = [];
	readonly #profiles: string[] = [];

	getCommandsContext(): Record<string, unknown> {
		return {};
	}

	async openPage(_session: string, url: string): Promise<void> {
		const profile = mkdtempSync(join(tmpdir(), 'pullback-firefox-'));
		this.#profiles.push(profile);
		const options = ['--headless', '--no-remote', '--profile', profile, url];
		this.#processes.push(spawn(pathOf('firefox'), options, { stdio: 'ignore' }));
	}

	async close(): Promise<void> {
		for (const process of this.#processes.splice(0)) {
			const ended = new Promise((end) => process.once('exit', end));
			if (process.kill()) await ended;
		}
		for (const profile of this.#profiles.splice(0))
			rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
	}
}
