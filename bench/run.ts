/**
 * Measures the built package against bare floors: `npm run bench`, or `npm run bench -- http msw` for some of it. Numbers that matter are
 * ratios within this one run, with their spread over the rounds: the machine does not matter then.
 */
import { benchDiagnosis } from './diagnosis.ts'
import { benchHttp } from './http.ts'
import { benchMsw } from './msw.ts'
import { benchReset } from './reset.ts'
import { benchStartUp } from './start-up.ts'

const benches: Readonly<Record<string, () => Promise<void>>> = {
  http: benchHttp,
  msw: benchMsw,
  'start-up': benchStartUp,
  reset: benchReset,
  diagnosis: benchDiagnosis,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench()
}
