import { callsOf } from '../call.ts'
import { routes } from '../routes.ts'
import * as clock from './clock.ts'
import * as code from './code.ts'
import * as events from './events.ts'
import * as exchanges from './exchanges.ts'
import * as exported from './export.ts'
import * as journal from './journal.ts'
import * as merchants from './merchants.ts'
import * as notifications from './notifications.ts'
import * as operations from './operations.ts'
import * as plans from './plans.ts'
import * as repairs from './repairs.ts'
import * as savedView from './saved-view.ts'
import * as search from './search.ts'
import * as snapshots from './snapshots.ts'
import * as story from './story.ts'
import * as things from './things.ts'
import * as world from './world.ts'

/** Calls of every mock. */
export const calls = callsOf(
  routes,
  clock,
  code,
  events,
  exchanges,
  exported,
  journal,
  merchants,
  notifications,
  operations,
  plans,
  repairs,
  savedView,
  search,
  snapshots,
  story,
  things,
  world,
)
