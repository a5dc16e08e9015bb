/**
 * Other simulators beside this one, each doing the nearest thing to a signed associate that it can: `npm run bench:peers`. They are installed at
 * their current versions into a temporary folder and listen on loopback only. What can not be installed or started is named as not run.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { associateRequests, PATH } from './associate-requests.ts'
import { reset } from './http.ts'
import { processorMs, show, startMock } from './measure.ts'
import { azurite } from './peers/azurite.ts'
import { hammer } from './peers/hammer.ts'
import { mockoon } from './peers/mockoon.ts'
import type { Peer, RunningPeer } from './peers/peer.ts'
import { prism } from './peers/prism.ts'
import { wiremock } from './peers/wiremock.ts'
import { endProgress, progress } from './progress.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 2_000
const ROUNDS = 3

/** This one, for the same table. */
const ours: Peer = {
  name: 'wechatpay-mock',
  does: 'verifies each request, keeps state, signs each answer (RSA)',
  async start() {
    const seed = await writeSeed(REQUESTS)
    const { url, child, stop } = await startMock('--seed', seed)
    rmSync(seed)
    return {
      version: manifest.version,
      url: url + PATH,
      child,
      stop,
      async requests() {
        await reset(url)
        return associateRequests(REQUESTS)
      },
    }
  },
}

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-peers-'))
const running: { peer: Peer; started: RunningPeer; rates: number[]; costs: number[] }[] = []
const missing: string[] = []
try {
  for (const peer of [ours, mockoon, prism, wiremock, azurite]) {
    progress(`${peer.name}: installing and starting`)
    try {
      const own = mkdtempSync(join(folder, 'peer-'))
      const started = await peer.start(own, async (command, args) => {
        await run(command, [...args], { cwd: own, timeout: 240_000, maxBuffer: 32 * 1_048_576 })
      })
      running.push({ peer, started, rates: [], costs: [] })
    } catch (error) {
      missing.push(`${peer.name}: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`)
    }
  }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { peer, started, rates, costs } of running) {
      progress(`${peer.name}: round ${round} of ${ROUNDS}`)
      const requests = await started.requests(REQUESTS)
      const before = processorMs(started.child.pid)
      const perSecond = await hammer(started.url, requests, REQUESTS)
      if (round === 0) continue
      rates.push(perSecond)
      costs.push((processorMs(started.child.pid) - before) / REQUESTS)
    }
  }
} finally {
  await Promise.all(running.map(({ started }) => started.stop()))
  rmSync(folder, { recursive: true, force: true })
}
endProgress()
console.log(`32 connections, ${REQUESTS} requests a round, ${ROUNDS} rounds\n`)
console.log('| | version | requests/s | processor time a request | what it does |\n|---|---|---|---|---|')
for (const { peer, started, rates, costs } of running) {
  console.log(`| ${peer.name} | ${started.version} | ${show(rates, 0)} | ${show(costs)} ms | ${peer.does} |`)
}
for (const reason of missing) console.log(`\nNot run: ${reason}`)
