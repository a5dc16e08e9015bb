import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkNode } from '../../src/mock.ts'
import { NEEDED_NODE, nodeTooOld } from '../../src/wire/shared/node-version.ts'

const root = new URL('../../', import.meta.url)

describe('a Node that is too old', () => {
  test.for(['20.20.2', '22.12.0', '18.0.0'])('%s is told in both languages', (version) => {
    expect(nodeTooOld(version)).toEqual({
      en: `wechatpay-mock needs Node 22.13 or newer, and this is ${version}.`,
      zh: `wechatpay-mock 需要 Node 22.13 或更高版本，当前为 ${version}。`,
    })
    expect(() => checkNode(version)).toThrow(
      expect.objectContaining({ code: 'MOCK_NODE_TOO_OLD', message: nodeTooOld(version)?.en }),
    )
  })

  test.for(['22.13.0', '22.22.1', '24.0.0', '100.1.0', '26.0.0-nightly20260101'])('%s is not', (version) => {
    expect(nodeTooOld(version)).toBeUndefined()
    expect(() => checkNode(version)).not.toThrow()
  })

  test('what is needed is what the manifest says', () => {
    const { engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    expect(engines.node).toBe(`>=${NEEDED_NODE.join('.')}`)
  })

  // A name that `node:module` does not export there yet would end the program before it can say so.
  test('the program begins without naming what it lacks', () => {
    expect(readFileSync(new URL('src/cli/main.ts', root), 'utf8')).not.toMatch(/import \{[^}]*\} from 'node:/)
  })
})
