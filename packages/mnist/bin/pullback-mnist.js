#!/usr/bin/env node
// Stands in for the built command, which package managers look for before anything is built.
import '../dist/cli.js';
