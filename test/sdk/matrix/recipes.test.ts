import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'
import { launchUnderRun } from './launch.ts'
import { sdkNamed } from './sdks.ts'
import { RUNNERS } from './test-runners.ts'

/** Tests of the recipes, each with the place that its runner looks at, and what it says when both of its tests have passed. */
const RECIPES = [
  {
    runner: 'pytest',
    sdk: sdkNamed('wechatpayv3'),
    file: 'examples/tests/test_shop.py',
    place: 'test_shop.py',
    passed: /^2 passed/m,
  },
  {
    runner: 'junit',
    sdk: sdkNamed('wechatpay-java'),
    file: 'examples/tests/ShopTest.java',
    place: 'src/test/java/ShopTest.java',
    passed: /Tests run: 2, Failures: 0/,
  },
  {
    runner: 'go_test',
    sdk: sdkNamed('wechatpay-go'),
    file: 'examples/tests/shop_test.go',
    place: 'shop_test.go',
    passed: /^ok /m,
  },
] as const

const root = fileURLToPath(new URL('../../../', import.meta.url))
const notRun = inject('notRun')

for (const { runner, sdk, file, place, passed } of RECIPES) {
  const missing = notRun[sdk.id]

  describe(missing ? `${runner}: not run: ${missing}` : runner, () => {
    test.skipIf(missing)(`${file} passes as its page says`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-recipe-'))
      try {
        const { prepare, command } = RUNNERS[runner] ?? {}
        await prepare?.(folder)
        await mkdir(dirname(join(folder, place)), { recursive: true })
        await cp(join(root, file), join(folder, place))
        const { env, command: words } = launchUnderRun(sdk, command?.(place) ?? [''], ['--proxy-passthrough'])
        const { stdout } = await promisify(execFile)(words[0], words.slice(1), { cwd: folder, env })
        expect(stdout).toMatch(passed)
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
}
