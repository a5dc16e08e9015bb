import type { SnapshotJson, WorldCounts, WorldJson } from '../../products/json.ts'
import { ControlConnection } from './control-connection.ts'

/** The state as a whole: back to the seed, out as a snapshot, in from one. */
export class WorldCalls extends ControlConnection {
  /** Goes back to the seed: everything, with journal, clock, faults, settings, rates and platform certificate, or only one merchant's state. Merchants that were made stay. */
  reset(mchid?: string): Promise<void> {
    return this.call('POST', '/reset', { query: { mchid } })
  }

  /** A snapshot, of everything or of one merchant, in the format of a seed file. It holds private keys of the merchants made. */
  world(mchid?: string): Promise<SnapshotJson> {
    return this.call('GET', '/world', { query: { mchid } })
  }

  /** Replaces the whole state by a snapshot or seed file, which becomes the new seed. A world that does not fit changes nothing. */
  restore(world: WorldJson): Promise<void> {
    return this.call('PUT', '/world', { body: world })
  }

  /** A snapshot as {@link world} gives it, as a file: for a large one that is only to be kept. */
  worldFile(mchid?: string): Promise<Blob> {
    return this.download('/world', { mchid })
  }

  /** Does what {@link restore} does with a file, without reading it first. */
  restoreFile(file: Blob): Promise<void> {
    return this.upload('PUT', '/world', file)
  }

  /** How many things of each kind the mock holds. */
  worldCounts(): Promise<WorldCounts> {
    return this.call('GET', '/world/counts')
  }
}
