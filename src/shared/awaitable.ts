/** A value or a promise of one, so that an available value need not be wrapped. */
export type Awaitable<Value> = Value | Promise<Value>
