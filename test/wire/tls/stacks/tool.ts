import { spawnSync } from 'node:child_process'
import { describe } from 'vitest'

/** A `describe` for what needs a program; without it the tests are not run, and their name says so. */
export function withTool(program: string, versionOption: string): (name: string, tests: () => void) => void {
  const missing = spawnSync(program, [versionOption], { timeout: 20_000 }).error !== undefined
  return (name, tests) =>
    describe.skipIf(missing)(missing ? `${name} (not run: no ${program} on this machine)` : name, tests)
}
