import { createMock } from '../../index.ts'
import { defines } from '../command.ts'
import { print, printJson } from '../output.ts'
import { urlHere } from '../running-mock.ts'

const en = {
  description:
    'Prints the OpenAPI 3.1 document of the simulated calls, their answers and callbacks, and of the control API: what a running mock has at /_mock/openapi.json. For tools that compare contracts with a description, generate code or check requests.',
  after: `wechatpay-mock openapi > wechatpay.json
npx @pactflow/openapi-pact-comparator --oas wechatpay.json pacts/*.json
With --json, on one line.`,
}

const zh: typeof en = {
  description:
    '输出 OpenAPI 3.1 文档，描述模拟的接口、应答与回调，以及控制 API；运行中的模拟服务在 /_mock/openapi.json 提供同样的文档。可供工具将契约与接口描述比对、生成代码或检查请求。',
  after: `wechatpay-mock openapi > wechatpay.json
npx @pactflow/openapi-pact-comparator --oas wechatpay.json pacts/*.json
加 --json 时输出为一行。`,
}

const texts = { en, zh }

export const define = defines(texts, (command) => {
  command.action(async () => {
    const document = await createMock().control.openapi()
    const ofServer = { ...document, servers: [{ url: urlHere() }] }
    await (command.opts<{ json?: boolean }>().json
      ? printJson(ofServer)
      : print(`${JSON.stringify(ofServer, null, 2)}\n`))
  })
})
