/** Why an exchange does not become an interaction. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
