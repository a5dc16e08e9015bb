import type { ChildProcess } from 'node:child_process'
import type { Signed } from '../associate-requests.ts'

/** Runs a program to its end. */
export type Run = (command: string, args: readonly string[]) => Promise<void>

/** Another simulator. */
export interface Peer {
  readonly name: string
  /** Whether it verifies, keeps state, signs. */
  readonly does: string
  /** Installs it into `folder` and starts it. */
  start(folder: string, run: Run): Promise<RunningPeer>
}

/** One that answers. */
export interface RunningPeer {
  readonly version: string
  /** Where the requests go. */
  readonly url: string
  readonly child: ChildProcess
  stop(): Promise<void>
  /** Requests for one round, each of which is answered with a success. */
  requests(count: number): Promise<readonly Signed[]>
}
