import { mustRun } from './run.mjs';

/**
 * Runs the host's npm in `cwd`: it is what a user of the packages has. On Windows npm is a shell script, so arguments must not
 * need quoting: pass paths by way of package.json.
 */
export function runNpm(args, cwd) {
  const quiet = [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  return process.platform === 'win32'
    ? mustRun(process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', 'npm', ...quiet], { cwd })
    : mustRun('npm', quiet, { cwd });
}
