import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { isError } from '../../../src/wire/shared/errors.ts'

test('an error is one in whatever realm it was made', () => {
  expect(isError(new TypeError('here'))).toBe(true)
  expect(isError(runInNewContext('new TypeError("there")'))).toBe(true)
  expect(isError(new DOMException('cut off', 'NetworkError'))).toBe(true)
  expect(isError(new (class Own extends Error {})())).toBe(true)
})

test.for([undefined, null, 'Error: text', { message: 'like one', stack: '' }])('%j is none', (value) => {
  expect(isError(value)).toBe(false)
})
