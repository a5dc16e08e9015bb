import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const build = fileURLToPath(new URL('../../build/', import.meta.url))
/** The executable for this platform. */
export const BINARY = join(build, `wechatpay-mock-${process.platform}-${process.arch}`)

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place where the executable finds no Node: the file system of the image, without anything around it, or at least an empty environment. */
export class BareMachine {
  /** Where the place's files are, seen from this machine. */
  readonly root: string
  readonly isChroot: boolean
  /** Why it is not a chroot. */
  readonly obstacle: string

  readonly #user: string

  /** @param user the number of the user and group that the executable runs as */
  constructor(user = '0') {
    this.#user = `--userspec=${user}:${user}`
    this.root = mkdtempSync(join(tmpdir(), 'wechatpay-mock-bare-'))
    chmodSync(this.root, 0o755)
    // `cp` keeps the permissions of directories, as `cpSync` does not.
    if (existsSync(join(build, 'image'))) execFileSync('cp', ['-a', `${join(build, 'image')}/.`, this.root])
    const tried = spawnSync('chroot', [this.#user, this.root, '/wechatpay-mock', '--version'], { encoding: 'utf8' })
    this.isChroot = tried.status === 0
    this.obstacle = (tried.error?.message ?? tried.stderr).trim()
    if (!this.isChroot) return
    mkdirSync(join(this.root, 'dev'))
    execFileSync('mknod', ['-m', '666', join(this.root, 'dev/null'), 'c', '1', '3'])
  }

  /** Brings a program of this machine along, with the libraries that it is linked with. */
  bring(name: string): void {
    const program = execFileSync('which', [name], { encoding: 'utf8' }).trim()
    const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? []
    for (const path of libraries) this.#copy(path, path)
    this.#copy(program, `/bin/${name}`)
  }

  /** A path of the place as the executable names it. */
  path(path: string): string {
    return this.isChroot ? path : join(this.root, path)
  }

  /** Starts the executable. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams {
    const env = { PATH: this.path('/bin'), HOME: this.path('/tmp'), TMPDIR: this.path('/tmp') }
    return this.isChroot
      ? spawn('/usr/sbin/chroot', [this.#user, this.root, '/wechatpay-mock', ...args], { env })
      : spawn(BINARY, args, { env, cwd: this.root })
  }

  /** Runs the executable to its end. */
  async run(args: readonly string[], input = ''): Promise<Ended> {
    const child = this.start(args)
    child.stdin.end(input)
    const code = once(child, 'close')
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    const [exit] = (await code) as [number | null]
    return { code: exit, stdout, stderr }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  #copy(from: string, to: string): void {
    mkdirSync(dirname(join(this.root, to)), { recursive: true })
    copyFileSync(from, join(this.root, to))
  }
}
