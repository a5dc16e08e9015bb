import { expectVerdicts } from './expect-verdicts.ts'
import { benignServers, inexactServers } from './variants/index.ts'

const inexact = new Set(inexactServers.map(({ name }) => name))

expectVerdicts([...benignServers, ...inexactServers], (name) => (inexact.has(name) ? 'inexact' : 'benign'))
