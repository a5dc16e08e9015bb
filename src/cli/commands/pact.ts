import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import * as front from '../pact/front.ts'
import * as observe from '../pact/observe.ts'
import * as record from '../pact/record.ts'
import * as review from '../pact/review.ts'
import * as show from '../pact/show.ts'
import * as verify from '../pact/verify.ts'

const en = {
  description:
    'Verifies consumer contracts (Pact) against the mock, shows them, holds them against recorded traffic of the live service, reviews payment clients, records a contract from the calls that the mock received, or lets verifiers and consumers of other languages work with a service that signs.',
  after: `wechatpay-mock pact verify pacts/*.json
wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact front --to http://127.0.0.1:1234 -- go test ./...`,
  subcommandNeeded: (names: string): string => `Say what to do with pacts: ${names}`,
}

const zh: typeof en = {
  description:
    '用模拟服务验证消费者契约（Pact），展示契约，与录下的线上流量比对，检查支付客户端，从模拟服务收到的请求录制契约，或让其他语言的验证程序和消费者测试能与需要签名的服务配合。',
  after: en.after,
  subcommandNeeded: (names) => `请写明对契约做什么：${names}`,
}

const texts = { en, zh }

const SUBCOMMANDS = { verify, show, observe, review, record, front }

/** `pact` and its subcommands. */
export const define = defines(texts, (command, own, language) => {
  for (const [name, subcommand] of Object.entries(SUBCOMMANDS)) {
    const added = command.command(name).summary(subcommand.texts[language].summary)
    subcommand.define(added)
    added.addCommonOptions()
  }
  command.action(() => {
    throw usageError(own.subcommandNeeded(listed(Object.keys(SUBCOMMANDS), language)))
  })
})
