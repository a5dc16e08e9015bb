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
  /** The control call that goes this way, as a button does. Left out: nobody can by hand. */
  readonly take?: Take
}

/** How a control call is made for a row: the variables of its path are the row's JSON members of the same names, `mchid` of its query is the owner. */
export interface Take {
  /** Its name among the routes: `patchCoupon`. */
  readonly call: string
  /** The body, but for what {@link fields} ask for. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Members of the body that somebody may type; what is typed there has to be as the call's own schema says. */
  readonly fields?: readonly TakeField[]
  /** On the button, in place of the edge's title. */
  readonly title?: Texts
  /** What to say once it is done. */
  readonly done?: Texts
}

export interface TakeField {
  /** Of the body, at its top. */
  readonly member: string
  readonly title: Texts
  /** Typed in yuan, sent in fen. */
  readonly as?: 'money'
  /** What happens where it is left empty. */
  readonly placeholder?: Texts
  /** Whether it may not be left empty, though the call does without it. */
  readonly isNeeded?: boolean
  /** What its choices are called, where they do not say it themselves. */
  readonly options?: Readonly<Record<string, Texts>>
  /** So many digits are made up where it is left empty. */
  readonly digits?: number
}
