/** A value or a promise of one, so that a value at hand need not be wrapped. */
export type Awaitable<Value> = Value | Promise<Value>
