/**
 * Loaded into a server with `--import`: measures the longest stretch of processor time that its main thread works without a turn of its event loop. With
 * `SIGUSR2`, it writes that in milliseconds into the file that `STRETCH_FILE` names, and begins anew.
 */
import { writeFileSync } from 'node:fs'

const spent = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

let last = spent()
let longest = 0
setInterval(() => {
  const now = spent()
  longest = Math.max(longest, now - last)
  last = now
}, 1).unref()

process.on('SIGUSR2', () => {
  writeFileSync(process.env.STRETCH_FILE ?? '', String(longest))
  longest = 0
})
