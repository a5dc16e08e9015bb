import manifest from 'wechatpay-mock/package.json' with { type: 'json' }
import { verifyPacts } from 'wechatpay-mock/pact'

const { ok } = await verifyPacts({
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
process.exitCode = ok ? 0 : 1
