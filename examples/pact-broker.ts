import manifest from 'wechatpay-mock/package.json' with { type: 'json' }
import { verifyPacts } from 'wechatpay-mock/pact'

const result = await verifyPacts({
  provider: 'wechatpay',
  broker: {
    pactBrokerUrl: process.env.PACT_BROKER_BASE_URL,
    pactBrokerToken: process.env.PACT_BROKER_TOKEN,
    consumerVersionSelectors: [{ branch: 'feature-x', consumer: 'my-shop' }, { mainBranch: true }],
    enablePending: true,
    publishVerificationResult: process.env.CI === 'true',
    providerVersion: manifest.version,
    providerVersionBranch: 'main',
  },
})
console.log(JSON.stringify(result, null, 2))
process.exitCode = result.ok ? 0 : 1
