/** A process of its own: puts a callback into the outbox that is due in an hour, prints how many there are, and has nothing more to do. */
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

const mock = createMock({ seed: 'empty' })
await save(mock, { dueAt: Date.now() + 3_600_000 })
await mock.outbox.idle()
console.log((await mock.control.notifications()).length)
