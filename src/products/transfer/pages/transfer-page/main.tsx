import { render } from 'preact'
import '../../../../../dashboard/styles/base.css'
import { ConfirmPage } from './confirm-page.tsx'
import './page.css'

const page = document.getElementById('page')
if (!page) throw new Error('The document has no place for the page.')
render(<ConfirmPage />, page)
