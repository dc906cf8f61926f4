// PostGraphile as its documentation has it, over the tables of Deskwire.
import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makePgService } from 'postgraphile/adaptors/pg'

const options = '-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off' // as the server has it
const server = createServer()
await postgraphile({
  extends: [PostGraphileAmberPreset],
  disablePlugins: ['PgIndexBehaviorsPlugin'], // it takes no partial index for one
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['public'], poolConfig: { max: 40, idleTimeoutMillis: 0, options } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
}).createServ(grafserv).addTo(server)
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify([`127.0.0.1:${server.address().port}`])))
process.stdin.on('end', () => process.exit(0)).resume()
