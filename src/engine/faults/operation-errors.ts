import { commonErrors } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import type { Gateway } from '../gateway.ts'
import type { OperationDescription } from '../operation.ts'

/** Keys of an operation's own errors; none for an open record. */
type OwnErrors<Errors> = keyof { [Key in keyof Errors as string extends Key ? never : Key]: true }

/** Keys of the errors that a fault can make an operation answer with. */
export type ErrorOf<Described extends Pick<OperationDescription, 'errors'>> =
  | (OwnErrors<Described['errors']> & string)
  | keyof typeof commonErrors

/** Finds an error of the operation itself, or one that any call can have, as the gateway words it. */
export function errorOf(
  { errors }: Pick<OperationDescription, 'errors'>,
  key: string,
  gateway: Gateway = {},
): ErrorDefinition | undefined {
  if (Object.hasOwn(errors, key)) return errors[key]
  return isCommon(key) ? commonErrorOf(key, gateway) : undefined
}

/** An error that any call can have, as the gateway words it. */
export function commonErrorOf(key: keyof typeof commonErrors, { errors }: Gateway): ErrorDefinition {
  return errors?.[key] ?? commonErrors[key]
}

function isCommon(key: string): key is keyof typeof commonErrors {
  return Object.hasOwn(commonErrors, key)
}
