// Judges requests as graphql-js does: whether each would run at all. Arguments: a file with the schema, a file with the requests.
import { readFile } from 'node:fs/promises'
import {
  buildSchema, getArgumentValues, getDirectiveValues, getVariableValues, getOperationAST, GraphQLError, GraphQLIncludeDirective, GraphQLSkipDirective, Kind, parse,
  TypeInfo, validate, visit, visitWithTypeInfo,
} from 'graphql'
import { tell } from './common.mjs'

const [sdl, requests] = await Promise.all(process.argv.slice(2).map((name) => readFile(name, 'utf8')))
const schema = buildSchema(sdl)

const rfc3339 = /^(19[7-9]\d|[2-9]\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const time = (v) => {
  if (typeof v !== 'string' || !rfc3339.test(v) || Number.isNaN(Date.parse(v))) throw new GraphQLError('no DateTime')
  return v
}
Object.assign(schema.getType('DateTime'), {
  parseValue: time,
  parseLiteral: (node) => time(node.kind === Kind.STRING ? node.value : undefined),
})

function judge({ query, variables, operationName }) {
  const doc = parse(query)
  const [wrong] = validate(schema, doc)
  if (wrong) throw wrong
  const op = getOperationAST(doc, operationName)
  if (!op) throw new GraphQLError('no such operation')
  const { errors, coerced } = getVariableValues(schema, op.variableDefinitions ?? [], variables ?? {})
  if (errors) throw errors[0]
  const used = new Set()
  const types = new TypeInfo(schema)
  const arguments_ = (node) => visit(node, visitWithTypeInfo(types, {
    enter(child) {
      if (child.kind === Kind.FIELD) getArgumentValues(types.getFieldDef(), child, coerced)
      if (child.kind === Kind.FRAGMENT_SPREAD) used.add(child.name.value)
      if (child.directives) for (const d of [GraphQLSkipDirective, GraphQLIncludeDirective]) getDirectiveValues(d, child, coerced)
    },
  }))
  arguments_(op)
  for (const name of used) arguments_(doc.definitions.find((d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === name))
}

for (const [i, line] of requests.trim().split('\n').entries()) {
  let wrong = ''
  try {
    judge(JSON.parse(line))
  } catch (e) {
    wrong = e.message
  }
  tell({ i, wrong })
}
