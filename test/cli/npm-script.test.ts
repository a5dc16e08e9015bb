import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { VERSION } from '../../src/control/package-files.ts'
import { run, test } from './cli.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('`npm run cli` is the program, with the Node of the checkout', async () => {
  const cli = (...args: string[]) => run('npm', ['run', '--silent', 'cli', '--', ...args], { cwd: root })

  expect(await cli('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  const refused = await cli('order', 'pay', 'X', '--url', 'http://127.0.0.1:1')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('No mock answers at http://127.0.0.1:1') })
})
