import type { CallsFor } from '../call.ts'
import type { routes } from '../routes.ts'
import { advance, clock, setClock } from './clock.ts'
import { exchangeCode, exchangeCodeForms } from './code.ts'
import { events } from './events.ts'
import { exchangeCurl, replayExchange, sampleCurl, sendCall } from './exchanges.ts'
import { exchangePact, journalCurl, journalHar, journalPact } from './export.ts'
import { decideHeld, held } from './held.ts'
import { clearJournal, exchange, journal, journalCount, journalPage } from './journal.ts'
import { keepState, releaseState } from './kept-state.ts'
import {
  changeMerchant,
  createMerchant,
  credentials,
  credentialsSnippet,
  merchants,
  replaceCertificate,
} from './merchants.ts'
import {
  deliverNotifications,
  notification,
  notificationPage,
  notifications,
  sendNotification,
} from './notifications.ts'
import { commonErrors, openapi, operations, overview } from './operations.ts'
import {
  answers,
  clearAnswers,
  clearFaults,
  faults,
  firedFaults,
  planAnswer,
  planFault,
  removeAnswer,
  removeFault,
} from './plans.ts'
import { exchangeRepairs } from './repairs.ts'
import { savedView } from './saved-view.ts'
import { search } from './search.ts'
import { keepSnapshot, removeSnapshot, restoreSnapshot, snapshot, snapshots } from './snapshots.ts'
import { playStory } from './story.ts'
import { exchangeThings, phonePages, thing, thingPage, things } from './things.ts'
import { sessionTimeline, sessionTimelineSvg } from './timeline.ts'
import {
  changeSettings,
  health,
  platform,
  reset,
  restore,
  rotatePlatformCertificate,
  settingDefinitions,
  settings,
  world,
  worldCounts,
} from './world.ts'

/** Calls of every mock. */
export const calls = {
  advance,
  answers,
  clearAnswers,
  planAnswer,
  releaseState,
  removeAnswer,
  changeMerchant,
  changeSettings,
  clearFaults,
  held,
  decideHeld,
  clearJournal,
  clock,
  commonErrors,
  createMerchant,
  credentials,
  credentialsSnippet,
  deliverNotifications,
  events,
  exchange,
  exchangeCode,
  exchangeCodeForms,
  exchangeCurl,
  exchangePact,
  exchangeRepairs,
  exchangeThings,
  faults,
  firedFaults,
  health,
  journal,
  journalCount,
  journalCurl,
  journalHar,
  journalPact,
  journalPage,
  keepSnapshot,
  keepState,
  merchants,
  notification,
  notificationPage,
  notifications,
  openapi,
  operations,
  overview,
  phonePages,
  planFault,
  platform,
  playStory,
  removeFault,
  removeSnapshot,
  replaceCertificate,
  replayExchange,
  reset,
  restore,
  restoreSnapshot,
  rotatePlatformCertificate,
  sampleCurl,
  search,
  sendCall,
  savedView,
  sendNotification,
  sessionTimeline,
  sessionTimelineSvg,
  setClock,
  settingDefinitions,
  settings,
  snapshot,
  snapshots,
  thing,
  thingPage,
  things,
  world,
  worldCounts,
} satisfies CallsFor<typeof routes>
