/** A process of its own: puts a callback into the outbox that is due in a minute, prints how many there are, and has nothing more to do. */
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

const mock = createMock({ seed: 'empty' })
await save(mock, { dueAt: Date.now() + 60_000 })
await mock.outbox.idle()
console.log((await mock.control.notifications()).length)
