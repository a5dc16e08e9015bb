import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { disagreements, notesOf, type Release } from '../../tools/check-release.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const CHANGELOG = `# Changelog

## Unreleased

## 1.2.0 (2026-03-04)

- it sings

## 1.1.0 (2026-01-02)

- it dances
`
const AGREED: Release = {
  tag: 'v1.2.0',
  manifest: { version: '1.2.0' },
  lock: { version: '1.2.0', packages: { '': { version: '1.2.0' } } },
  changelog: CHANGELOG,
}

describe('a release', () => {
  test('is right when tag, package.json, lock file and changelog agree', () => {
    expect(disagreements(AGREED)).toEqual([])
  })

  test.for([
    ['the tag is of another version', { tag: 'v1.3.0' }, 'The tag is v1.3.0'],
    ['the tag has no v', { tag: '1.2.0' }, 'The tag is 1.2.0'],
    ['there is no tag', { tag: '' }, 'The tag is '],
    [
      'the lock file is older',
      { lock: { version: '1.1.0', packages: { '': { version: '1.1.0' } } } },
      'package-lock.json says 1.1.0',
    ],
    [
      'half of the lock file is older',
      { lock: { version: '1.2.0', packages: { '': { version: '1.1.0' } } } },
      'package-lock.json says 1.2.0 and 1.1.0',
    ],
    [
      'something is unreleased',
      { changelog: CHANGELOG.replace('## Unreleased\n', '## Unreleased\n\n- it hums\n') },
      'under Unreleased',
    ],
    [
      'there is no section Unreleased',
      { changelog: CHANGELOG.replace('## Unreleased\n', '') },
      'begin with a section Unreleased',
    ],
    ['the newest section has no day', { changelog: CHANGELOG.replace(' (2026-03-04)', '') }, 'not a version and a day'],
    ['the newest section is of another version', { changelog: CHANGELOG.replace('1.2.0', '1.3.0') }, 'not of 1.2.0'],
  ] as const)('is refused when %s', ([, change, sentence]) => {
    expect(disagreements({ ...AGREED, ...change })).toContainEqual(expect.stringContaining(sentence))
  })

  test('has its section of the changelog as notes', () => {
    expect(notesOf('1.2.0', CHANGELOG)).toBe('- it sings')
    expect(notesOf('1.1.0', CHANGELOG)).toBe('- it dances')
    expect(() => notesOf('1.0.0', CHANGELOG)).toThrow('no section 1.0.0')
  })
})

test('our own version, lock file and changelog agree, apart from what is not released yet', () => {
  const manifest = JSON.parse(read('package.json'))
  const faults = disagreements({
    tag: `v${manifest.version}`,
    manifest,
    lock: JSON.parse(read('package-lock.json')),
    changelog: read('CHANGELOG.md'),
  })
  expect(faults.filter((fault) => !fault.includes('has something under Unreleased'))).toEqual([])
})
