/**
 * Other simulators beside this one, each doing the nearest thing to a signed associate that it supports: `npm run bench:peers`. They are installed in
 * their current versions into a temporary folder and listen on loopback only. Those that cannot be installed or started are reported as not run.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../package.json' with { type: 'json' }
import { associateRequests, PATH } from './associate-requests.ts'
import { measureLoad, reset } from './http.ts'
import { processorMs, show, startMock } from './measure.ts'
import { azurite } from './peers/azurite.ts'
import { mockoon } from './peers/mockoon.ts'
import type { Peer, Run, RunningPeer } from './peers/peer.ts'
import { prism } from './peers/prism.ts'
import { wiremock } from './peers/wiremock.ts'
import { endProgress, progress } from './progress.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 2_000
const ROUNDS = 3

/** This mock, for the same table. */
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

/** Time limit of an installation. */
const INSTALL_MS = 120_000

const run: Run = async (command, args) => {
  await promisify(execFile)(command, [...args], { timeout: INSTALL_MS, maxBuffer: 32 * 1_048_576 })
}
const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-peers-'))
const running: { peer: Peer; started: RunningPeer; rates: number[]; costs: number[] }[] = []
const missing: string[] = []
try {
  progress('installing and starting')
  const peers = [ours, mockoon, prism, wiremock, azurite]
  const begun = await Promise.allSettled(peers.map((peer) => peer.start(mkdtempSync(join(folder, 'peer-')), run)))
  for (const [i, result] of begun.entries()) {
    const peer = peers[i]
    if (!peer) continue
    if (result.status === 'fulfilled') running.push({ peer, started: result.value, rates: [], costs: [] })
    else missing.push(`${peer.name}: ${String(result.reason).split('\n', 1)[0]}`)
  }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { peer, started, rates, costs } of running) {
      progress(`${peer.name}: round ${round} of ${ROUNDS}`)
      const requests = await started.requests(REQUESTS)
      const before = processorMs(started.child.pid)
      const { perSecond } = await measureLoad(started.url, requests, REQUESTS)
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
