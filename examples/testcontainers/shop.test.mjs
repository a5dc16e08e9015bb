import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GenericContainer, Wait } from 'testcontainers'

const headers = { Authorization: 'Bearer test' }

test('the mock has a merchant for the shop', async (t) => {
  const mock = await new GenericContainer('wechatpay-mock')
    .withEnvironment({ WECHATPAY_MOCK_CONTROL_TOKEN: 'test' })
    .withExposedPorts(8089)
    .withWaitStrategy(Wait.forHttp('/_mock/health', 8089).withHeaders(headers))
    .start()
  t.after(() => mock.stop())

  const url = `http://${mock.getHost()}:${mock.getMappedPort(8089)}`
  const answer = await fetch(`${url}/_mock/credentials`, { headers })
  assert.equal(answer.status, 200)
})
