import { test } from 'vitest'

/** Stryker reports nothing at all where it does not find a test. With this one, changes that no other test reaches are unnoticed. */
test('no test reaches the change', () => {})
