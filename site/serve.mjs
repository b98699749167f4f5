// npm run site:serve: the built site on loopback, with the headers that isolate its pages, so that threads are there.
import { isBuilt, siteServer } from './server.mjs';

const { PORT = '4173' } = process.env;

if (!isBuilt()) {
	console.error('The site has not been built: npm run site builds it.');
	process.exit(1);
}
siteServer().listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/`));
