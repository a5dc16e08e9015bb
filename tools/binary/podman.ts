import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const PACKAGES = ['podman', 'runc', 'conmon', 'netavark', 'aardvark-dns', 'iptables']
/** Podman's name for the result of `docker build --tag wechatpay-mock`. */
export const IMAGE = 'docker.io/library/wechatpay-mock'

/** Podman with a store of its own, which is removed afterwards. */
export class Podman {
  readonly store = mkdtempSync(join(tmpdir(), 'wechatpay-mock-image-'))
  readonly #environment: NodeJS.ProcessEnv
  #service: ChildProcess | undefined

  constructor() {
    const configuration = join(this.store, 'containers.conf')
    // Without podman's own limits, which not every machine lets it set.
    const lines = [
      '[containers]',
      'default_ulimits = []',
      '[engine]',
      'runtime = "runc"',
      'cgroup_manager = "cgroupfs"',
    ]
    writeFileSync(configuration, `${lines.join('\n')}\nevents_logger = "none"\n`)
    this.#environment = { ...process.env, CONTAINERS_CONF: configuration }
  }

  /** Installs it if it is missing and may be installed. @returns a sentence about anything still missing */
  install(): string | undefined {
    const missing = () => ['podman', 'runc'].filter((name) => spawnSync(name, ['--version']).status !== 0)
    if (missing().length === 0) return undefined
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { env })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], { env })
    const names = missing().join(' and no ')
    return names === ''
      ? undefined
      : `there is no ${names} on this machine, and it could not be installed (that takes root and apt-get)`
  }

  /** Runs it, whatever the outcome. */
  tried(...args: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync('podman', [...this.#own(), ...args], { cwd: root, encoding: 'utf8', env: this.#environment })
  }

  /** Runs it, and returns its output. @throws Error if it fails */
  run(...args: readonly string[]): string {
    const { status, stdout, stderr, error } = this.tried(...args)
    if (status === 0) return stdout.trim()
    throw new Error(`podman ${args.join(' ')}: ${error?.message ?? `exit ${status}\n${stdout}${stderr}`}`)
  }

  /** Its last message if a command fails; `undefined` if it succeeds. */
  obstacleTo(...args: readonly string[]): string | undefined {
    const { status, stdout, stderr, error } = this.tried(...args)
    return status === 0 ? undefined : (error?.message ?? (stderr + stdout).trim().split('\n').at(-1))
  }

  /** Why this machine cannot build an image at all, not even with a single file; `undefined` if it can. */
  obstacleToBuilding(): string | undefined {
    writeFileSync(join(this.store, 'Dockerfile'), 'FROM scratch\nCOPY containers.conf /\n')
    return this.obstacleTo('build', '--isolation', 'chroot', this.store)
  }

  /** Builds {@link IMAGE}, its first stage replaced by `build/`. */
  build(): void {
    const stage = ['--build-context', 'build=build']
    // Only Docker's format can store the health check.
    this.run('build', '--isolation', 'chroot', '--format', 'docker', ...stage, '--tag', IMAGE, '.')
  }

  /** Serves Docker's API, and returns its address. */
  async serveDocker(): Promise<string> {
    const socket = join(this.store, 'docker.sock')
    const args = [...this.#own(), 'system', 'service', '--time', '0', `unix://${socket}`]
    this.#service = spawn('podman', args, { env: this.#environment, stdio: 'ignore' })
    while (!existsSync(socket) && this.#service.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50))
    return `unix://${socket}`
  }

  remove(): void {
    this.#service?.kill()
    this.tried('rm', '--all', '--force', '--time', '1')
    rmSync(this.store, { recursive: true, force: true })
  }

  #own(): string[] {
    const { store } = this
    const networks = ['--network-config-dir', join(store, 'networks')]
    return ['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs', ...networks]
  }
}
