// Follows a conversation with Apollo Client's HttpLink, and goes on where it was after each break. Arguments: address,
// token, conversation.
import { ApolloClient, ApolloLink, InMemoryCache, gql } from '@apollo/client'
import { HttpLink } from '@apollo/client/link/http'
import { RetryLink } from '@apollo/client/link/retry'
import { tap } from 'rxjs'
import { follow, tell } from './common.mjs'

const [uri, token, id] = process.argv.slice(2)
let cursor
const resume = new ApolloLink((operation, forward) => {
  operation.extensions = { resumeAfter: cursor }
  return forward(operation).pipe(tap((r) => (cursor = r.data?.conversationLive?.cursor ?? cursor)))
})
const retry = new RetryLink({
  delay: { initial: 20, max: 50 },
  attempts: (n, _, e) => {
    tell({ retry: e.errors?.[0].extensions.code ?? 'NETWORK' })
    return true
  },
})
const http = new HttpLink({ uri, headers: { authorization: `Bearer ${token}` }, includeExtensions: true })
const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([retry, resume, http]) })

tell({ query: (await client.query({ query: gql`{ viewer { agent { name } } }`, fetchPolicy: 'no-cache' })).data })

client.subscribe({ query: gql(follow), variables: { id } }).subscribe({
  next: ({ data, error }) => tell(error ? { error: error.errors?.[0].extensions.code ?? String(error) } : { next: data }),
  complete: () => tell({ complete: true }),
  error: (e) => tell({ error: String(e) }),
})
