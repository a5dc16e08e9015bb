/** A server that takes over may have another past than the one before: what is numbered alike there is not the same. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable } from '../../src/engine/state/store.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { forTest, type RunningRedis, startRedis, until } from './redis-server.ts'

const MCHID = '1900000001'
const STOCK = '100088'
const NOTE = documentKey<string>('note')

const started = (...settings: string[]) =>
  forTest(startRedis(['--repl-diskless-sync-delay', '0', ...settings]), (server) => server.remove())
const opened = (address: string) => forTest(RedisStore.open(address, TABLES), (store) => store.close())

/** A master, and a server that has been its replica. */
async function masterAndReplica() {
  const master = await started()
  const replica = await started('--replicaof', `127.0.0.1 ${master.port}`)
  await until(async () => String(await master.command('INFO', 'replication')).includes('state=online'))
  return { master, replica }
}

/** An address at which first one server answers, then another one. */
async function switchable(first: RunningRedis) {
  let server = first
  const sockets = new Set<Socket>()
  const proxy = createServer((incoming) => {
    const outgoing = connect(server.port, '127.0.0.1')
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => other.destroy())
      socket.pipe(other)
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  await forTest(Promise.resolve(proxy), async () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return {
    url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    switchTo(other: RunningRedis) {
      server = other
      for (const socket of sockets) socket.destroy()
    },
  }
}

const couponOf = (openid: string) => aCoupon({ mchid: MCHID, coupon_code: 'C', openid })
const save = (store: RedisStore, openid: string) => store.transaction((tx) => tx.in(coupons).save(couponOf(openid)))
const find = (store: RedisStore) =>
  store.transaction(async (tx) => (await tx.in(coupons).find(MCHID, STOCK, 'C'))?.openid)

/** A store on a server with whose replica another history went on, and the address at which one or the other is found. */
async function twoHistories() {
  const { master, replica } = await masterAndReplica()
  const prefix = randomUUID()
  const place = await switchable(master)
  const store = await opened(`${place.url}?prefix=${prefix}`)
  await store.documents.update((draft) => draft.put(NOTE, 'both'))
  await master.command('WAIT', '1', '1000')
  await until(async () => (await replica.command('EXISTS', `{${prefix}}:documents:changed`)) === 1)
  await replica.command('REPLICAOF', 'NO', 'ONE')
  const other = await opened(`${replica.url}?prefix=${prefix}`)
  return { store, other, switchOver: () => place.switchTo(replica) }
}

test('documents are those of the server that took over, where the same version stands for others', async () => {
  const { store, other, switchOver } = await twoHistories()
  await store.documents.update((draft) => draft.put(NOTE, 'lost'))
  await other.documents.update((draft) => draft.put(NOTE, 'kept'))

  switchOver()
  await until(async () => {
    await store.documents.refresh()
    return true
  })
  expect(store.documents.get(NOTE)).toBe('kept')
  await store.documents.update((draft) => draft.put(NOTE, `${draft.get(NOTE)}, and more`))
  await other.documents.refresh()
  expect(other.documents.get(NOTE)).toBe('kept, and more')
})

test('documents go back to what the server that took over has', async () => {
  const { store, switchOver } = await twoHistories()
  await store.documents.update((draft) => draft.put(NOTE, 'lost'))
  await store.documents.update((draft) => draft.put(documentKey<string>('new'), 'lost'))

  switchOver()
  await until(async () => {
    await store.documents.refresh()
    return true
  })
  expect([store.documents.get(NOTE), store.documents.names('new')]).toEqual(['both', []])
  await store.documents.update((draft) => draft.put(NOTE, 'after'))
  expect(store.documents.get(NOTE)).toBe('after')
})

test('a transaction that has read from one server is not kept by another', async () => {
  const { store, other, switchOver } = await twoHistories()
  // The same row with the same stamp, with other values.
  await save(store, 'lost')
  await save(other, 'kept')

  const kept = store.transaction(async (tx) => {
    const coupon = await tx.in(coupons).find(MCHID, STOCK, 'C')
    switchOver()
    await until(async () => {
      await store.documents.refresh()
      return true
    })
    await tx.in(coupons).save(couponOf(`${coupon?.openid}, and more`))
  })
  await expect(kept).rejects.toThrow(StoreUnavailable)
  expect([await find(store), await find(other)]).toEqual(['kept', 'kept'])
})

test('what no replica has is not told either, also to whoever repeats the change or asks another instance', async () => {
  const { master, replica } = await masterAndReplica()
  const address = `${master.url}?prefix=${randomUUID()}&replicas=1`
  const [store, other] = [await opened(address), await opened(address)]
  process.kill(replica.pid, 'SIGSTOP')
  try {
    await expect(save(store, 'user')).rejects.toThrow('0 of 1 replicas took the change over')
    for (const one of [store, other]) {
      await expect(find(one)).rejects.toThrow('0 of 1 replicas')
      await expect(one.documents.refresh()).rejects.toThrow('0 of 1 replicas')
    }
  } finally {
    process.kill(replica.pid, 'SIGCONT')
  }
  await until(async () => (await find(store)) === 'user')
  expect(await find(other)).toBe('user')
})

test('replicas that changes do not wait for are warned of', async () => {
  const { master } = await masterAndReplica()
  const [plain, waits] = [await opened(master.url), await opened(`${master.url}?replicas=1`)]

  expect(plain.warnings).toEqual([expect.objectContaining({ kind: 'replicas_not_awaited' })])
  expect(waits.warnings).toEqual([])
})
