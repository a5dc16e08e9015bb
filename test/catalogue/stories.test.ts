import { onBothStores, tellStories } from './stories.ts'

onBothStores(tellStories)
