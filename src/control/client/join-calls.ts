import { ControlConnection } from './control-connection.ts'

/** Calls that are about one thing: they share nothing with others but the connection. */
type Calls = new (...connection: ConstructorParameters<typeof ControlConnection>) => ControlConnection

/** All of a union's members at once. */
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/**
 * A class with the calls of several: JavaScript lets a class extend one other only, and a row of classes that extend each other would claim
 * that coupons are a kind of orders.
 *
 * @throws Error when two of them have a call of the same name
 */
export function joinCalls<const Parts extends readonly Calls[]>(
  ...parts: Parts
): new (
  ...connection: ConstructorParameters<typeof ControlConnection>
) => Intersection<InstanceType<Parts[number]>> {
  class Joined extends ControlConnection {}
  for (const { name: part, prototype } of parts) {
    const { constructor: _, ...calls } = Object.getOwnPropertyDescriptors(prototype)
    for (const [name, call] of Object.entries(calls)) {
      if (Object.hasOwn(Joined.prototype, name)) throw new Error(`${part} has a second ${name}`)
      Object.defineProperty(Joined.prototype, name, call)
    }
  }
  // The compiler does not see that the calls were put in.
  return Joined as ReturnType<typeof joinCalls<Parts>>
}
