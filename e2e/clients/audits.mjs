// Runs the audits of GraphQL over HTTP, and tells of each how it ended. Arguments: address, token.
import { serverAudits } from 'graphql-http'
import { tell } from './common.mjs'

const [url, token] = process.argv.slice(2)
const fetchFn = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason } = await audit.fn()
  tell({ audit: audit.id, name: audit.name, status, reason: String(reason ?? '') })
}
