import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { run } from '../../../cli/cli.ts'
import { test } from './servers.ts'
import { withTool } from './tool.ts'

const module = fileURLToPath(new URL('go/', import.meta.url))

withTool('go', 'version')('Go', () => {
  test('accepts our server, and rejects what the same key has signed for another host', async ({ servers }) => {
    const { files, own, foreign } = servers
    const targets = [...own, ...foreign].flatMap(({ host, port }) => [host, String(port)])
    const { stdout, stderr } = await run('go', ['run', '.', files.bundle, ...targets], {
      cwd: module,
      limitMs: 280_000,
    })

    expect(stderr).toBe('')
    const verdicts = stdout.trimEnd().split('\n')
    expect(verdicts.slice(0, own.length)).toEqual(own.map(() => 'accepted'))
    // Go ignores the common name.
    expect(verdicts.slice(own.length)).toEqual([
      expect.stringMatching(/^rejected: .* DNS name "www\.example\.com" is not permitted by any constraint$/),
      expect.stringMatching(/^rejected: .* DNS name "www\.example\.com" is not permitted by any constraint$/),
      expect.stringMatching(/^rejected: .* relies on legacy Common Name field/),
      expect.stringMatching(/^rejected: .* not valid for any names, but wanted to match www\.example\.com$/),
    ])
  }, 300_000)
})
