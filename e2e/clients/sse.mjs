// Follows a conversation with graphql-sse, and goes on where it was after each break: the request is written anew for
// each attempt, so its extensions may change. Arguments: address, token, conversation.
import { createClient } from 'graphql-sse'
import { follow, tell } from './common.mjs'

const [url, token, id] = process.argv.slice(2)
const client = createClient({
  url,
  headers: { authorization: `Bearer ${token}` },
  retryAttempts: 3,
  retry: () => new Promise((done) => setTimeout(done, 20)),
})
const ask = (query) => new Promise((next, error) => client.subscribe({ query }, { next, error, complete() {} }))

tell({ query: (await ask('{ viewer { agent { name } } }')).data })
tell({ invalid: (await ask('subscription { nonsense }')).errors[0].extensions.code })

const request = { query: follow, variables: { id }, extensions: {} }
client.subscribe(request, {
  next(result) {
    request.extensions.resumeAfter = result.data.conversationLive.cursor
    tell({ next: result.data })
  },
  complete: () => tell({ complete: true }),
  error: (e) => tell({ error: String(e.response?.status ?? e) }),
})
