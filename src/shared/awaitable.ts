/** A value, or the promise of one: who has it at hand need not wrap it. */
export type Awaitable<Value> = Value | Promise<Value>
