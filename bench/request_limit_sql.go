//go:build linux

package main

// The statements of the limit.
const (
	limitViewer = `SELECT t.account_id, t.agent_id FROM tokens t JOIN agents g ON g.account_id = t.account_id AND g.id = t.agent_id
		WHERE t.hash = $1 AND t.revoked_at IS NULL AND g.deactivated_at IS NULL`

	limitCursor = `SELECT epoch || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8), pg_current_snapshot()::text FROM log_epoch`

	limitInbox = `SELECT x.id, x.number, x.subject, x.preview, x.status, x.unread_count, x.last_activity_at, k.id, k.name, k.email, g.id, g.name,
			t.id, t.number, t.name, t.priority, s.id, s.name, s.state
		FROM (SELECT c.id, c.number, c.subject, a.preview, c.status, a.unread_count, a.last_activity_at, c.contact_id, c.owner_id, c.ticket_id
			FROM conversations c JOIN conversation_activity a ON a.account_id = c.account_id AND a.conversation_id = c.id
			WHERE c.account_id = $1 AND a.account_id = $1 AND a.inbox_id = $2 AND a.status = 'OPEN' AND c.trash_group_id IS NULL
				AND (a.last_activity_at, a.conversation_id) < ($3::timestamptz, $4)
			ORDER BY a.last_activity_at DESC, a.conversation_id DESC LIMIT 26) x
		JOIN contacts k ON k.account_id = $1 AND k.id = x.contact_id
		LEFT JOIN agents g ON g.account_id = $1 AND g.id = x.owner_id
		LEFT JOIN tickets t ON t.account_id = $1 AND t.id = x.ticket_id
		LEFT JOIN ticket_statuses s ON s.account_id = $1 AND s.id = t.status_id
		ORDER BY x.last_activity_at DESC, x.id DESC`

	limitPast = `SELECT c.id, c.number, c.subject, c.status, a.last_activity_at
		FROM conversations c JOIN conversation_activity a ON a.account_id = c.account_id AND a.conversation_id = c.id
		WHERE c.account_id = $1 AND a.account_id = $1 AND c.trash_group_id IS NULL
			AND a.contact_id = (SELECT contact_id FROM conversations WHERE account_id = $1 AND id = $2)
		ORDER BY a.last_activity_at DESC, a.conversation_id DESC LIMIT 10`

	limitSiblings = `SELECT c.id, c.number, c.subject, c.status
		FROM conversations c JOIN conversation_activity a ON a.account_id = c.account_id AND a.conversation_id = c.id
		WHERE c.account_id = $1 AND a.account_id = $1 AND c.trash_group_id IS NULL
			AND c.ticket_id = (SELECT ticket_id FROM conversations WHERE account_id = $1 AND id = $2)
		ORDER BY a.last_activity_at DESC, a.conversation_id DESC LIMIT 5`

	limitSide = `SELECT c.id, c.number, c.subject, c.status, c.created_at, g.id, g.name, g.email, k.id, k.name, k.email, k.phone, k.created_at,
			t.id, t.number, t.name, t.priority, t.created_at, t.closed_at, s.id, s.name, s.state, p.id, p.name, o.id, o.name,
			t.properties ->> 'orderNumber', t.properties ->> 'product', t.properties ->> 'region', t.properties ->> 'severity',
			t.properties ->> 'amount', t.properties ->> 'dueAt'
		FROM conversations c JOIN contacts k ON k.account_id = $1 AND k.id = c.contact_id
		LEFT JOIN agents g ON g.account_id = $1 AND g.id = c.owner_id
		LEFT JOIN tickets t ON t.account_id = $1 AND t.id = c.ticket_id
		LEFT JOIN ticket_statuses s ON s.account_id = $1 AND s.id = t.status_id
		LEFT JOIN pipelines p ON p.account_id = $1 AND p.id = t.pipeline_id
		LEFT JOIN agents o ON o.account_id = $1 AND o.id = t.owner_id
		WHERE c.account_id = $1 AND c.id = $2`

	limitThread = `SELECT x.id, x.created_at, x.kind, x.text, coalesce(g.id, k.id), coalesce(g.name, k.name), x.n
		FROM (SELECT m.id, m.created_at, m.kind, m.text, m.agent_id, m.contact_id, row_number() OVER (ORDER BY m.created_at DESC, m.id DESC) AS n
			FROM messages m WHERE m.account_id = $1 AND m.conversation_id = $2 ORDER BY m.created_at DESC, m.id DESC LIMIT 51) x
		LEFT JOIN agents g ON g.account_id = $1 AND g.id = x.agent_id
		LEFT JOIN contacts k ON k.account_id = $1 AND k.id = x.contact_id
		ORDER BY x.created_at, x.id`

	// A reply in one statement: message, activity of conversation and ticket, event, idempotency
	// key.
	limitReply = `WITH c AS (SELECT id, channel_id, inbox_id, ticket_id FROM conversations WHERE account_id = $1 AND id = $3 AND trash_group_id IS NULL),
		m AS (INSERT INTO messages (account_id, id, conversation_id, channel_id, kind, agent_id, text, delivery, version, created_at)
			SELECT $1, $4, c.id, c.channel_id, 'OUTGOING', $2, $5, 'QUEUED', 1, $6 FROM c RETURNING id),
		a AS (UPDATE conversation_activity a SET preview = $7, unread_count = 0, last_activity_at = $6 FROM c
			WHERE a.account_id = $1 AND a.conversation_id = c.id RETURNING a.preview, a.last_activity_at),
		t AS (UPDATE ticket_activity a SET last_activity_at = $6 FROM c WHERE a.account_id = $1 AND a.ticket_id = c.ticket_id),
		e AS (INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, actor_id, mutation, cascade_id,
				conversation_id, ticket_id, inbox_id)
			SELECT $1, $8, $6, 'MESSAGE_SENT', 'msg', $4, '[{"field": "kind", "old": null, "new": "OUTGOING"}]', 'R19', false, $2, 'messageSend', $8,
				c.id, c.ticket_id, c.inbox_id FROM c),
		i AS (INSERT INTO idempotency_keys (account_id, actor_id, mutation, key, arguments, answer, created_at)
			SELECT $1, $2, 'messageSend', $9, $10, jsonb_build_object('message', $4::uuid, 'conversation', c.id), $6 FROM c)
		SELECT a.preview, a.last_activity_at FROM a, m`

	// A ticket and all its conversations are closed in one statement, with an event for each.
	limitClose = `WITH s AS (SELECT id, pipeline_id FROM ticket_statuses WHERE account_id = $1 AND id = $4),
		t AS (UPDATE tickets t SET status_id = s.id, pipeline_id = s.pipeline_id, closed_at = $5, version = version + 1 FROM s
			WHERE t.account_id = $1 AND t.id = $3 RETURNING t.id),
		c AS (UPDATE conversations SET status = 'CLOSED', closed_at = $5, version = version + 1
			WHERE account_id = $1 AND ticket_id = $3 AND status = 'OPEN' AND trash_group_id IS NULL RETURNING id, inbox_id),
		a AS (UPDATE ticket_activity SET last_activity_at = $5 WHERE account_id = $1 AND ticket_id = $3),
		e AS (INSERT INTO events (account_id, id, at, kind, entity_kind, entity_id, changes, rule, effect, actor_id, mutation, cascade_id,
				conversation_id, ticket_id, inbox_id)
			SELECT $1::uuid, gen_random_uuid(), $5::timestamptz, 'TICKET_STATUS_CHANGED', 'tkt', $3::uuid, '[{"field": "status", "old": null, "new": "CLOSED"}]'::jsonb,
				'', false, $2::uuid, 'ticketStatusSet', $6::uuid, NULL::uuid, $3::uuid, NULL::uuid
			UNION ALL SELECT $1, gen_random_uuid(), $5, 'CONVERSATION_CLOSED', 'cnv', c.id, '[{"field": "status", "old": "OPEN", "new": "CLOSED"}]',
				'R21', true, $2, 'ticketStatusSet', $6, c.id, $3, c.inbox_id FROM c),
		i AS (INSERT INTO idempotency_keys (account_id, actor_id, mutation, key, arguments, answer, created_at)
			VALUES ($1, $2, 'ticketStatusSet', $7, $8, jsonb_build_object('ticket', $3::uuid), $5))
		SELECT c.id FROM c, t`
)
