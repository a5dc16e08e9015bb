import { en } from './texts/en.ts'

/** A stable name of a cause: part of the public API. */
export type CauseName = keyof typeof en.causes

/** Every cause, in the order of the parts that they concern. */
export const CAUSE_NAMES = Object.keys(en.causes) as readonly CauseName[]

/** One deviation of a client from what the service expects. */
export interface Cause {
  readonly name: CauseName
  /** Detail that the name leaves open: the method that was signed, a key's serial, the form of a pretty print. */
  readonly value?: string
}

/** A cause without undefined members, so that causes compare as equal. */
export function cause(name: CauseName, value?: string): Cause {
  return value === undefined ? { name } : { name, value }
}
