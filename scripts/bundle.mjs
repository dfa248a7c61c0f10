// Bundles the package in the current folder: the second half of its `build`.
import { build } from 'esbuild';
import { bundleOptions } from './lib/bundle.mjs';

await build(bundleOptions(process.cwd()));
