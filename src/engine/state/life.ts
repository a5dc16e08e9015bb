import type { Texts } from '../../shared/texts.ts'

/** The states that a row of a table may be in, and what leads from one to another: what a state diagram shows. */
export interface Life {
  /** The states stage by stage: those that a thing begins in, those that come of them, and so on. */
  readonly stages: readonly (readonly LifeState[])[]
  readonly edges: readonly LifeEdge[]
}

export interface LifeState {
  /** As its JSON has it: `USED`. */
  readonly name: string
  readonly title: Texts
  /** Whether that is as a shop wants it, or it has to wait, or the end; what it looks like follows from that. */
  readonly tone: 'good' | 'calm' | 'warn' | 'bad'
}

/** One way from a state to another. */
export interface LifeEdge {
  /** What happens, as steps of a timeline have it: `used`. */
  readonly event: string
  /** A verb: in a diagram and on a button. */
  readonly title: Texts
  readonly from: readonly string[]
  readonly to: string
  /** What leads there: a call of the shop, the user's phone, time alone, or only somebody who sets it by hand. */
  readonly by: 'call' | 'user' | 'time' | 'hand'
}
