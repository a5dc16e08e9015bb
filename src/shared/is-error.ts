/**
 * Whether a value is an error of any realm. Test runners such as Jest run tests in a virtual machine with an `Error` of its own, and the errors of
 * Node's modules are not instances of that. Objects thrown by the web platform, such as an `AbortError`, count too.
 */
export function isError(value: unknown): value is Error {
  return ['[object Error]', '[object DOMException]'].includes(Object.prototype.toString.call(value))
}
