import type { Texts } from '../wire/shared/texts.ts'

/** How a control call is made for a row: the variables of its path are the row's JSON members of the same names, `mchid` of its query is the owner. */
export interface Take {
  /** Its name among the routes: `patchCoupon`. */
  readonly call: string
  /** The body, except for the members that {@link fields} ask for. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Members of the body that somebody may type; the call's own schema checks them. */
  readonly fields?: readonly TakeField[]
  /** Label of the button. */
  readonly title: Texts
  /** Message once it is done. */
  readonly done?: Texts
}

export interface TakeField {
  /** Name of the member, at the top level of the body. */
  readonly member: string
  readonly title: Texts
  /** Typed in yuan, sent in fen. */
  readonly as?: 'money'
  /** Shown in the empty field; says what happens if nothing is typed. */
  readonly placeholder?: Texts
  /** Whether it must be filled in, although the call works without it. */
  readonly isNeeded?: boolean
  /** Labels of its choices, unless their values are clear enough. */
  readonly options?: Readonly<Record<string, Texts>>
  /** How many digits are made up if it is left empty. */
  readonly digits?: number
}

export function field(
  member: string,
  en: string,
  zh: string,
  typed: Omit<TakeField, 'member' | 'title'> = {},
): TakeField {
  return { member, title: { en, zh }, ...typed }
}

/**
 * A transition of the life of a row from one state to another. A control call that makes it lists it among its `transitions`, and is its button in the
 * dashboard, with {@link Take.body}, {@link Take.fields} and {@link Take.done}.
 */
export interface Transition extends Omit<Take, 'call'> {
  /** The event, as steps of a timeline name it: `used`. */
  readonly event: string
  /** A verb: in a diagram and on a button. */
  readonly title: Texts
  /** Label of the button. Default: the title. */
  readonly button?: Texts
  /** Name of the event in a timeline: `Redeemed`. */
  readonly happened?: Texts
  readonly from: readonly string[]
  readonly to: string
  /** The cause: a call of the shop, the user's phone, time alone, or only somebody who sets it by hand. */
  readonly by: 'call' | 'user' | 'time' | 'hand'
}

/** The transition from some states to another, with its title and what else is said of it. */
export function transition(
  event: string,
  by: Transition['by'],
  from: readonly string[],
  to: string,
  said: Omit<Transition, 'event' | 'by' | 'from' | 'to'>,
): Transition {
  return { event, by, from, to, ...said }
}

export interface LifeState {
  /** As in the JSON of the row: `USED`. */
  readonly name: string
  readonly title: Texts
  /** Whether the state is good for the shop, means waiting, or is final; its look follows from that. */
  readonly tone: 'good' | 'calm' | 'warn' | 'bad'
}

/** A state with its title. */
export function stateOf<const Name extends string>(name: Name, en: string, zh: string, tone: LifeState['tone']) {
  return { name, title: { en, zh }, tone } as const
}

export interface Life {
  /** The states stage by stage: the initial ones, those that follow from them, and so on. */
  readonly stages: readonly (readonly LifeState[])[]
  /** Control calls that list the transitions that they make, and those that no control call makes. */
  readonly transitions: readonly (MakesTransitions | Transition)[]
}

/** A control call, as far as a life knows it. */
interface MakesTransitions {
  readonly transitions?: readonly Transition[]
  handle(...input: never): unknown
}

/** A transition with the control call that makes it, if there is one. */
export interface MadeTransition extends Transition {
  readonly call?: MakesTransitions
}

export function transitionsIn({ transitions }: Life): readonly MadeTransition[] {
  return transitions.flatMap((one): readonly MadeTransition[] =>
    'handle' in one ? (one.transitions ?? []).map((transition) => ({ ...transition, call: one })) : [one],
  )
}
