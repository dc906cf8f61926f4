//go:build linux

package main

import (
	_ "embed" // the server's script
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"deskwire/desk"
)

// peerKind is PostGraphile, which makes an API of the tables by itself.
const peerKind = "postgraphile"

//go:embed postgraphile.mjs
var peerScript []byte

// peerPackages are what npm installs. PostGraphile wants a newer Node than systems have, and npm
// brings one.
var peerPackages = []string{"postgraphile@5.1.5", "node@22", "graphql@16.15.0"}

// postgraphile is an installed PostGraphile; nil is none.
type postgraphile struct{ dir string }

// installPostgraphile installs it into a temporary folder for this run.
func installPostgraphile() (*postgraphile, error) {
	dir, err := os.MkdirTemp("", "deskwire-postgraphile-")
	if err != nil {
		return nil, err
	}
	p := &postgraphile{dir}
	npm := exec.Command("npm", append([]string{"install", "--prefix", dir, "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"}, peerPackages...)...)
	if said, err := npm.CombinedOutput(); err != nil {
		p.remove()
		line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n")
		return nil, fmt.Errorf("%w: %.200s", err, line)
	}
	err = os.WriteFile(filepath.Join(dir, "server.mjs"), peerScript, 0o600)
	return p, err
}

func (p *postgraphile) remove() {
	if p != nil {
		_ = os.RemoveAll(p.dir)
	}
}

// start serves an account; nil when there is no PostGraphile.
func (p *postgraphile) start(e *benchAccount) (*process, error) {
	if p == nil {
		return nil, nil
	}
	cmd := exec.Command(filepath.Join(p.dir, "node_modules/node/bin/node"), "server.mjs")
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "NODE_ENV=production", "GRAPHILE_ENV=production", "DATABASE_URL="+e.dsn)
	peer := &process{kind: peerKind, cmd: cmd}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if peer.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var at []string
	if err := json.NewDecoder(out).Decode(&at); err != nil || len(at) != 1 {
		return nil, errors.Join(fmt.Errorf("PostGraphile did not start: %w", err), peer.stop())
	}
	peer.addr, err = netip.ParseAddrPort(at[0])
	return peer, err
}

// The same documents in PostGraphile's words. It leaves the trash in, and knows no cursor of the
// log.
const (
	peerInboxPage = `query Inbox($account: UUID!, $id: UUID!) {
		allConversationActivities(condition: {accountId: $account, inboxId: $id, status: "OPEN"}, orderBy: [LAST_ACTIVITY_AT_DESC, CONVERSATION_ID_DESC], first: 25) {
			nodes { preview unreadCount lastActivityAt conversationByAccountIdAndConversationId { rowId number subject status
				contactByAccountIdAndContactId { rowId name email } agentByAccountIdAndOwnerId { rowId name }
				ticketByAccountIdAndTicketId { rowId number name priority ticketStatusByAccountIdAndPipelineIdAndStatusId { rowId name state } } } }
			pageInfo { hasNextPage endCursor } } }`

	peerSidebarOnce = `query Sidebar($account: UUID!, $id: UUID!) { conversationByAccountIdAndRowId(accountId: $account, rowId: $id) {
		rowId number subject status createdAt agentByAccountIdAndOwnerId { rowId name email }
		contactByAccountIdAndContactId { rowId name email phone createdAt
			conversationActivitiesByAccountIdAndContactId(first: 10, orderBy: [LAST_ACTIVITY_AT_DESC, CONVERSATION_ID_DESC]) {
				nodes { lastActivityAt conversationByAccountIdAndConversationId { rowId number subject status } } } }
		ticketByAccountIdAndTicketId { rowId number name priority createdAt closedAt properties
			ticketStatusByAccountIdAndPipelineIdAndStatusId { rowId name state pipelineByAccountIdAndPipelineId { rowId name } } agentByAccountIdAndOwnerId { rowId name }
			conversationsByAccountIdAndTicketId(first: 5) { nodes { rowId number subject status } } } } }`

	peerThreadOf50 = `query Thread($account: UUID!, $id: UUID!) { conversationByAccountIdAndRowId(accountId: $account, rowId: $id) { rowId
		messagesByAccountIdAndConversationId(last: 50, orderBy: [CREATED_AT_ASC, ROW_ID_ASC]) {
			nodes { rowId createdAt kind text contactByAccountIdAndContactId { rowId name } agentByAccountIdAndAgentId { rowId name } }
			pageInfo { hasPreviousPage startCursor } } } }`
)

// compareWithPeer makes sure that PostGraphile gives as much as we do, roughly: its answers have
// other names.
func (s *requestKind) compareWithPeer(e *benchAccount, ours, peer *process) error {
	if peer == nil || s.peer == nil {
		return nil
	}
	mine, err := ours.requestOnce(s.ask(e, 1))
	if err != nil {
		return err
	}
	its, err := peer.requestOnce(s.peer(e, 1))
	if err == nil && 4*len(its) < 3*len(mine) {
		err = fmt.Errorf("PostGraphile answers %d bytes, and we %d: %.300s", len(its), len(mine), its)
	}
	return err
}

func encodePeerRequest(e *benchAccount, document, ref string) []byte {
	r, _ := desk.ParseRef(ref) // one of our own
	return encodeRequest("", document, map[string]any{"account": e.account.String(), "id": r.ID.String()})
}

func peerInbox(e *benchAccount, n int) []byte {
	return encodePeerRequest(e, peerInboxPage, pickByIndex(e.inboxes, n))
}
func peerSidebar(e *benchAccount, n int) []byte {
	return encodePeerRequest(e, peerSidebarOnce, pickByIndex(e.cases, n))
}
func peerThread(e *benchAccount, n int) []byte {
	return encodePeerRequest(e, peerThreadOf50, pickByIndex(e.threads, n))
}
