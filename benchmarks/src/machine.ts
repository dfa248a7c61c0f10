import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release } from 'node:os';

/** What has to be known of a machine to judge its numbers. */
export interface Machine {
  readonly node: string;
  readonly v8: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  /** Of the directory that the stores are in. */
  readonly fileSystem: string;
  /** Processes that ran or waited to run in the last minute, on average; 0 on Windows, which does not tell. */
  readonly loadAverage: number;
}

/** Linux's numbers, from its `statfs(2)`. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4 or its forerunners'],
  [0x01021994, 'tmpfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlayfs'],
  [0x6969, 'nfs'],
]);

export function describeMachine(directory: string): Machine {
  const { type } = statfsSync(directory);
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    fileSystem: FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** Whether so much else ran at the start that the numbers can't be trusted to a few percent. */
export function isBusy({ loadAverage, cores }: Machine): boolean {
  return loadAverage > cores / 2;
}
