import type { ChildProcess } from 'node:child_process'
import type { Signed } from '../associate-requests.ts'

/** Runs a program until it exits. */
export type Run = (command: string, args: readonly string[]) => Promise<void>

/** Another simulator. */
export interface Peer {
  readonly name: string
  /** Whether it verifies, keeps state, signs. */
  readonly does: string
  /** Installs it into `folder` and starts it. */
  start(folder: string, run: Run): Promise<RunningPeer>
}

/** A started simulator. */
export interface RunningPeer {
  readonly version: string
  /** Target of the requests. */
  readonly url: string
  readonly child: ChildProcess
  stop(): Promise<void>
  /** Requests for one round. All of them succeed. */
  requests(count: number): Promise<readonly Signed[]>
}
