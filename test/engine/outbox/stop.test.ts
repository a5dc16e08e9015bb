import { expect, test } from 'vitest'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

/** Steps of the event loop's smallest kind, from before the callback is found to be due until after it was sent. */
const STEPS = 40

test('a mock that is closed sends nothing afterwards, whatever a try has come to', async () => {
  const sent: number[] = []
  for (let steps = 0; steps < STEPS; steps++) {
    let isClosed = false
    const mock = createMock({
      receive: () => {
        if (isClosed) sent.push(steps)
        return new Response(null, { status: 204 })
      },
    })
    await save(mock, { url: 'http://127.0.0.1/notify' })
    for (let step = 0; step < steps; step++) await null
    await mock.close()
    isClosed = true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }

  expect(sent).toEqual([])
})

test('a mock that is closed gives up the try that has just begun, and says so', async () => {
  const errors: (string | undefined)[] = []
  for (let steps = 0; steps < STEPS; steps++) {
    const mock = createMock({ receive: () => new Promise<never>(() => undefined) })
    await save(mock, { url: 'http://127.0.0.1/notify' })
    for (let step = 0; step < steps; step++) await null
    await mock.close()
    const [{ attempts = [] } = {}] = await mock.control.notifications()
    errors.push(...attempts.map(({ error }) => error))
  }

  expect(new Set(errors)).toEqual(new Set(['The mock was stopped.']))
})
