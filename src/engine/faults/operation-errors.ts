import { commonErrors } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import type { OperationDescription } from '../operation.ts'

/** Keys of an operation's own errors; those of a record in general are no keys. */
type OwnErrors<Errors> = keyof { [Key in keyof Errors as string extends Key ? never : Key]: true }

/** Keys of the errors that an operation can be made to answer with. */
export type ErrorOf<Described extends Pick<OperationDescription, 'errors'>> =
  | (OwnErrors<Described['errors']> & string)
  | keyof typeof commonErrors

/** An error of the operation itself, or one that any call has. */
export function errorOf({ errors }: Pick<OperationDescription, 'errors'>, key: string): ErrorDefinition | undefined {
  if (Object.hasOwn(errors, key)) return errors[key]
  return isCommon(key) ? commonErrors[key] : undefined
}

function isCommon(key: string): key is keyof typeof commonErrors {
  return Object.hasOwn(commonErrors, key)
}
