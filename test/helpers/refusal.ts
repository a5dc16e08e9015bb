import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'

/** The answer of a call that it refuses. What status, code and text have to be is in `test/control/openapi`. */
export function refusal<Name extends string>(
  { errors }: { readonly errors: Readonly<Record<Name, ErrorDefinition>> },
  name: NoInfer<Name>,
) {
  const { status, code, message }: ErrorDefinition = errors[name]
  return { status, body: { code, message } }
}
