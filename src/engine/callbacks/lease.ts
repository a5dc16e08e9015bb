/**
 * How long others that share the store wait for a process: for the end of a try that it has begun, or for the next step of its move of the
 * clock. Milliseconds on the machine's clock, far more than a receiver has to reply.
 */
export const HELD_MS = 30_000
