import { expect } from 'vitest'
import { isJsonObject } from '../../../src/wire/protocol/json-object.ts'
import { operations } from '../../helpers/operations.ts'
import { PRODUCTS, type Product, type ProductUser, type SdkCall, Sealed } from './products.ts'
import type { Outcome, Program } from './program.ts'
import { PRODUCT_STEPS, type ProductStep } from './sdk.ts'
import { lastCallback, type Play, type Stage, statusIn } from './stage.ts'

/** A step for each product: something is made, read and refused, and told of by a callback. */
export const PRODUCT_PLAYS = Object.fromEntries(
  PRODUCT_STEPS.map((step): [string, Play] => [step, playOf(step, PRODUCTS[step])]),
) as Readonly<Record<ProductStep, Play>>

function playOf(step: ProductStep, product: Product): Play {
  const { title, event } = product
  return {
    title: `uses ${title}`,
    async play(stage) {
      const user = userOf(stage, step)
      const calls = product.by[stage.sdk.id as keyof Product['by']]?.(user)
      if (!calls) throw new Error(`Nobody says how ${stage.sdk.id} uses ${step}`)
      const { create, query, opens } = calls

      await product.prepare?.(stage.control, user.mchid)
      const created = await take(stage, create)
      if (!created.answer) return created
      if (query) {
        const queried = await take(stage, query(created.answer))
        expect(queried).toEqual({ answer: expect.objectContaining(product.told(user)) })
      }
      await expectRefused(stage, product, create)
      return event ? told(stage, user, event, opens) : created
    },
    async check(outcome, stage) {
      const told = event ? event.resource(userOf(stage, step)) : {}
      expect(outcome).toEqual({ answer: expect.objectContaining(told) })
    },
  }
}

function userOf({ credentials, keys, receiver }: Stage, step: ProductStep): ProductUser {
  const { mchid, platform_certificates, platform_public_key } = credentials
  const certificate = platform_certificates[0]?.serial_no ?? ''
  return {
    mchid,
    url: `${receiver.url}/${mchid}/${step}`,
    keyId: keys === 'public-key' ? (platform_public_key?.id ?? '') : certificate,
  }
}

async function take({ program }: Stage, [method, ...given]: SdkCall): Promise<Outcome> {
  return program.take('call', { method, arguments: await sealedIn(program, given) })
}

/** Encrypts what is to be encrypted. */
async function sealedIn(program: Program, value: unknown): Promise<unknown> {
  if (value instanceof Sealed) return (await program.take('encrypt', { text: value.text })).answer?.text
  if (Array.isArray(value)) return Promise.all(value.map((one) => sealedIn(program, one)))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(async ([name, one]) => [name, await sealedIn(program, one)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

async function expectRefused(
  stage: Stage,
  { makes, error: { key, status, code } }: Product,
  call: SdkCall,
): Promise<void> {
  const { mchid } = stage.credentials
  const operation = operations.find(({ method, path }) => `${method} ${path}` === makes)
  await stage.control.planFault({ operation: operation?.id ?? makes, error: key, mchid })
  expect(await take(stage, call)).toEqual({ refused: expect.objectContaining({ ...statusIn(stage, status), code }) })
}

async function told(
  { control, credentials: { mchid }, program, receiver }: Stage,
  { url, ...user }: ProductUser,
  { name, resource }: NonNullable<Product['event']>,
  opens: string | readonly string[] | undefined,
): Promise<Outcome> {
  await control.sendNotification({ event_type: name, mchid, url, resource: resource({ url, ...user }) })
  const { headers, body } = lastCallback(receiver, url)
  const handler = opens === undefined ? {} : { opens }
  const changed = body.replace('"summary":"', '"summary":"~')
  expect(await program.take('opened', { headers, body: changed, ...handler })).toEqual({ failed: expect.any(String) })
  return program.take('opened', { headers, body, ...handler })
}
