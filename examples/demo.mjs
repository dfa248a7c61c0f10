#!/usr/bin/env node
import { main } from './demo/dist/index.js';

process.exitCode = await main(process.argv.slice(2));
