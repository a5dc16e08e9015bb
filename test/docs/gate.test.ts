import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { VERSION } from '../../src/control/package-files.ts'
import { cli } from '../cli/cli.ts'
import { smallBroker } from '../contracts/broker.ts'
import { contentOf, V2 } from '../contracts/pacts.ts'
import { section } from './markdown.ts'

const webhook = z.object({ event_type: z.string(), client_payload: z.record(z.string(), z.string()) })

const workflow = z.object({
  on: z.object({ repository_dispatch: z.object({ types: z.array(z.string()) }) }),
  jobs: z.object({
    verify: z.object({
      env: z.record(z.string(), z.string()),
      steps: z.array(z.object({ run: z.string().optional() })),
    }),
  }),
})

/** The only block of a language on the page's part about brokers. */
function blockOf(path: string, language: string): string {
  const blocks = section(path, 'gate-with-a-broker', '用-broker-把关').blocks.filter(
    (block) => block.language === language,
  )
  expect(blocks).toHaveLength(1)
  return blocks[0]?.code ?? ''
}

/** Puts values into the places of a template. */
function filled(template: string, place: RegExp, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(place, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`Nothing is known of ${name}`)
    return values[name]
  })
}

test.for(['docs/recipes/verify-a-contract.md', 'docs/recipes/verify-a-contract.zh-CN.md'])(
  'the workflow of %s verifies the pact that the webhook is about, and publishes the result',
  async (path) => {
    await using broker = await smallBroker({ pacts: [{ consumer: 'a Java shop', content: contentOf(V2) }] })
    const body = filled(blockOf(path, 'json'), /\$\{(pactbroker\.\w+)\}/g, {
      'pactbroker.pactUrl': broker.pactUrl(0),
      'pactbroker.providerVersionNumber': VERSION,
      'pactbroker.providerVersionBranch': 'main',
    })
    const { event_type, client_payload } = webhook.parse(JSON.parse(body))
    const { on, jobs } = workflow.parse(parse(blockOf(path, 'yaml')))
    expect(on.repository_dispatch.types).toEqual([event_type])

    const context = {
      'secrets.PACT_BROKER_TOKEN': 'a-token',
      'github.server_url': 'https://git.example.com',
      'github.repository': 'my-org/contracts',
      'github.run_id': '42',
      ...Object.fromEntries(
        Object.entries(client_payload).map(([name, value]) => [`github.event.client_payload.${name}`, value]),
      ),
    }
    const env: Record<string, string> = Object.fromEntries(
      Object.entries(jobs.verify.env).map(([name, value]) => [name, filled(value, /\$\{\{ ([\w.]+) \}\}/g, context)]),
    )
    const line = jobs.verify.steps.map(({ run }) => run).find((run) => run?.startsWith('npx wechatpay-mock '))
    const words = filled(line ?? '', /"\$\{?(\w+)(?::-\w+)?\}?"/g, env)
      .split(' ')
      .slice(2)

    const { code, stderr } = await cli(words, { env: { ...env, PACT_BROKER_BASE_URL: broker.url } })

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(broker.calls.every(({ authorization }) => authorization === 'Bearer a-token')).toBe(true)
    expect(broker.calls.map(({ path }) => path)).toContain(`/pacticipants/wechatpay/branches/main/versions/${VERSION}`)
    expect(broker.results).toMatchObject([
      {
        success: true,
        providerApplicationVersion: VERSION,
        buildUrl: 'https://git.example.com/my-org/contracts/actions/runs/42',
      },
    ])
  },
)
