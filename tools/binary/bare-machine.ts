import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { BINARY, BUILD, librariesOf } from './executable.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place where the executable does not find a Node: only the file system of the image, or at least an empty environment. */
export class BareMachine {
  /** Root of its files, as seen from this machine. */
  readonly root: string
  readonly isChroot: boolean
  /** Why it is not a chroot. */
  readonly obstacle: string

  readonly #command: readonly [program: string, ...args: string[]]

  /** @param user id of the user and group that the executable runs as */
  constructor(user = '0') {
    this.root = mkdtempSync(join(tmpdir(), 'wechatpay-mock-bare-'))
    chmodSync(this.root, 0o755)
    // `cp` keeps the permissions of directories, as `cpSync` does not.
    const image = join(BUILD, 'image')
    if (existsSync(image)) execFileSync('cp', ['-a', `${image}/.`, this.root])
    const chroot = ['/usr/sbin/chroot', `--userspec=${user}:${user}`, this.root, '/wechatpay-mock'] as const
    const [program, ...args] = chroot
    const tried = spawnSync(program, [...args, '--version'], { encoding: 'utf8' })
    this.isChroot = tried.status === 0
    this.obstacle = (tried.error?.message ?? tried.stderr).trim()
    this.#command = this.isChroot ? chroot : [BINARY]
    if (!this.isChroot) return
    mkdirSync(join(this.root, 'dev'))
    execFileSync('mknod', ['-m', '666', join(this.root, 'dev/null'), 'c', '1', '3'])
  }

  /**
   * Copies a program of this machine into it, with the libraries that it is linked with.
   *
   * @throws Error if the program does not exist
   */
  bring(name: string): void {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`There is no ${name} on this machine: install it first.`)
    const program = stdout.trim()
    if (this.isChroot) for (const path of librariesOf(program)) this.#copy(path, path)
    this.#copy(program, `/bin/${name}`)
  }

  /** A path inside, as seen by the executable. */
  path(path: string): string {
    return this.isChroot ? path : join(this.root, path)
  }

  /** Starts the executable. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams {
    const env = { PATH: this.path('/bin'), HOME: this.path('/tmp'), TMPDIR: this.path('/tmp') }
    const [program, ...before] = this.#command
    return spawn(program, [...before, ...args], { env, cwd: this.root })
  }

  /** Runs the executable until it exits. */
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
