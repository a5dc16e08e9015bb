import { render } from 'preact'
import { App } from './app.tsx'
import { listen } from './state/connection.ts'
import { wordFields } from './state/field-words.ts'
import '../src/browser/base.css'
import './styles/layout.css'
import './styles/life.css'
import './styles/parts.css'
import './styles/rows.css'
import './styles/live-list.css'
import './styles/first-visit.css'
import './styles/loading.css'
import './styles/answer.css'
import './styles/callbacks-and-faults.css'
import './styles/merchants-and-seed.css'
import './styles/export-and-tries.css'
import './styles/stocks-and-settings.css'
import './styles/things.css'
import './styles/search-choice.css'
import './styles/touch.css'

const page = document.getElementById('page')
if (!page) throw new Error('The page has no place for the dashboard.')
render(<App />, page)
wordFields()
listen()
