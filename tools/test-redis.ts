/**
 * `npm run test:redis`: several instances with one store, with a real server and a real cluster on loopback. Installs the server if it can, which
 * takes root and apt-get; otherwise it must be available as `redis-server` or as the program named by `REDIS_SERVER`, such as a `valkey-server`.
 * Further arguments are passed to vitest.
 */
import { spawnSync } from 'node:child_process'
import { PROGRAM, redisVersion } from '../test/redis/redis-server.ts'

const version = redisVersion() ?? (install() ? redisVersion() : undefined)
if (version === undefined) {
  console.error(
    `Not run: the tests with a store in Redis or Valkey, since there is no ${PROGRAM} on this machine and it could not be installed (that takes root and apt-get). Install Redis 7 or 8 or Valkey 8, or name its server program in REDIS_SERVER.`,
  )
  process.exit(1)
}
console.log(version)
process.exit(run('npx', ['vitest', 'run', '--project', 'redis', ...process.argv.slice(2)]))

function install(): boolean {
  if (PROGRAM !== 'redis-server' || process.getuid?.() !== 0) return false
  console.log('Installing redis-server, which is missing on this machine.')
  // apt-get would start it as a service, on the standard port.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  if (run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], environment) === 0) return true
  return (
    run('apt-get', ['update'], environment) === 0 &&
    run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], environment) === 0
  )
}

function run(command: string, args: readonly string[], env = process.env): number {
  return spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1
}
