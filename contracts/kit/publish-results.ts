import { VERSION } from '../../src/control/package-files.ts'
import { isJsonObject } from '../../src/wire/protocol/json-object.ts'
import { type BrokerAnswer, type BrokerClient, linkIn } from './broker-client.ts'
import { BrokerError, notKept } from './broker-error.ts'
import type { PactBroker } from './pact-broker.ts'
import type { PactDocument } from './pact-document.ts'
import type { InteractionResult, PactMismatch } from './report.ts'

/** The result of verifying a contract, as published to a broker. */
export interface PublishedResult {
  readonly success: boolean
  readonly interactions: readonly (InteractionResult & {
    /** The broker's id of the interaction. */
    readonly id: string | undefined
  })[]
}

/** Checks that it was a broker that took something: it shows what it has, with links, and a proxy may answer anything with success. */
function checkKept({ json }: BrokerAnswer, { url }: BrokerClient): void {
  if (!isJsonObject(json) || !isJsonObject(json._links)) throw new BrokerError(notKept(url))
}

/** Publishes the result of verifying one of a broker's contracts. */
export type PublishResult = (client: BrokerClient, pact: PactDocument, result: PublishedResult) => Promise<void>

/**
 * Publishes results to a broker; before the first, publishes the branch and tags of the provider's version, because webhooks triggered by results
 * query them.
 *
 * Failures are thrown here, while Pact's verifier logs them and reports success.
 *
 * @throws UsageError `MOCK_PACT_BROKER`, with the broker's message
 */
export function resultPublisher(version: string, broker: PactBroker): PublishResult {
  const { providerVersionBranch: branch, providerVersionTags: tags = [], buildUrl } = broker
  let isDescribed = false

  const describeVersion = async (client: BrokerClient, { links }: PactDocument): Promise<void> => {
    if (isDescribed || (branch === undefined && tags.length === 0)) return
    const { url } = client
    const provider = await client.get(linkIn({ _links: links }, 'pb:provider', { url }))
    if (branch !== undefined) {
      const address = linkIn(provider.json, 'pb:branch-version', { url, values: { branch, version } })
      checkKept(await client.put(address, {}), client)
    }
    for (const tag of tags) {
      checkKept(
        await client.put(linkIn(provider.json, 'pb:version-tag', { url, values: { tag, version } }), {}),
        client,
      )
    }
    isDescribed = true
  }

  return async (client, pact, { success, interactions }) => {
    const address = linkIn({ _links: pact.links }, 'pb:publish-verification-results', { url: pact.source })
    await describeVersion(client, pact)
    const answer = await client.post(address, {
      success,
      providerApplicationVersion: version,
      ...(buildUrl !== undefined && { buildUrl }),
      verifiedBy: { implementation: 'wechatpay-mock', version: VERSION },
      testResults: interactions.flatMap(({ id, ...result }) =>
        id === undefined ? [] : [{ interactionId: id, ...testResultOf(result) }],
      ),
    })
    checkKept(answer, client)
  }
}

function testResultOf({ ok, description, mismatches, reasons }: InteractionResult): object {
  const exceptions = [...reasons, ...mismatches.filter((one) => !attributeOf(one)).map(({ text }) => text)]
  const differences = mismatches.flatMap((one) => {
    const attribute = attributeOf(one)
    return attribute === undefined
      ? []
      : [{ attribute, ...(one.at !== undefined && { identifier: one.at }), description: one.text }]
  })
  return {
    interactionDescription: description,
    success: ok,
    ...(differences.length > 0 && { mismatches: differences }),
    ...(exceptions.length > 0 && { exceptions: exceptions.map((message) => ({ message })) }),
  }
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  StatusMismatch: 'status',
  HeaderMismatch: 'header',
  BodyTypeMismatch: 'body',
  BodyMismatch: 'body',
  MetadataMismatch: 'metadata',
}

/** Brokers' name for the part of an answer that differs; `undefined` for anything else. */
function attributeOf({ type }: PactMismatch): string | undefined {
  return Object.hasOwn(ATTRIBUTES, type) ? ATTRIBUTES[type] : undefined
}
