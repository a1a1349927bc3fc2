/** A Docker of this run's own, where it can be had. */
import { execFileSync } from 'node:child_process';

/** Empty where there is none. */
export const DOCKER = process.env.HOSTLER_TEST_DOCKER_SOCKET ?? '';

export function docker(...words: string[]): string {
  return execFileSync('docker', ['--host', `unix://${DOCKER}`, ...words], { encoding: 'utf8' }).trim();
}

/** Gone, whether it runs or was never made. */
export function removeContainer(name: string): void {
  if (docker('ps', '--all', '--quiet', '--filter', `name=${name}`)) docker('rm', '--force', name);
}
