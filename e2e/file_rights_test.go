package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
)

// signedFiles is an account with a file in a conversation that an agent sees, and what may end what
// they were given.
type signedFiles struct {
	*account
	team, conversation, file string
	benID, tokenID           string
	ben, byToken             *client
}

const fileSecret = "0123456789abcdef0123456789abcdef"

func newSignedFiles(t *testing.T) *signedFiles {
	t.Helper()
	s := startWith(t, dbtest.DSN(t), serverOptions{identity: graphserver.Identity{Secret: fileSecret, Issuer: "https://id.example", Audience: "deskwire"}})
	f := &signedFiles{account: s.newAccount(t, desk.PlanStarter, time.Now())}
	f.team = f.createTeam(t, "Support")
	_, channel := f.createInbox(t, "Support", vars{"teamIds": []string{f.team}})
	f.benID, f.ben = f.createAgent(t, "ben", desk.RoleAgent, f.team)
	p := f.ben.must(t, "apiTokenCreate", "apiToken { id } secret", vars{"name": "T", "expiresAt": s.now().Add(30 * time.Minute).UTC().Format(desk.TimeFormat)})
	f.tokenID, f.byToken = p.str("apiToken.id"), &client{url: f.URL, token: p.str("secret")}
	f.conversation = f.receiveMessage(t, channel, "files", "pia@contact.test", "Hello")
	id, put := f.announce(t, 3)
	if got := f.requestStatus(t, "PUT", put, []byte("abc")); got != http.StatusNoContent {
		t.Fatal(got)
	}
	f.file = id
	f.admin.must(t, "messageSend", "message { id }", vars{"conversationId": f.conversation, "text": "Here", "attachmentIds": []string{id}})
	return f
}

// urlFor is where somebody may read the file.
func (f *signedFiles) urlFor(t *testing.T, c *client) string {
	t.Helper()
	return c.do(t, "query($id: ID!) { node(id: $id) { ... on Attachment { url } } }", vars{"id": f.file}).at("node").str("url")
}

// byProvider signs ben in by an identity provider.
func (f *signedFiles) byProvider(t *testing.T) *client {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "https://id.example", "aud": "deskwire", "exp": time.Now().Add(time.Hour).Unix(), "account": f.slug, "email": "ben@" + f.slug + ".test",
	}).SignedString([]byte(fileSecret))
	if err != nil {
		t.Fatal(err)
	}
	return &client{url: f.URL, token: text}
}

// TestSignedAddresses_end: an address ends with the rights of whom it was signed for, and with what
// it shows, though its hour is not over. Those of others go on.
func TestSignedAddresses_end(t *testing.T) {
	t.Parallel()
	type end struct {
		do       func(*testing.T, *signedFiles)
		lost     string // whose addresses end: of "token", "ben", "provider"; the admin's last
		ofAdmins bool
	}
	for name, c := range map[string]end{
		"nothing": {do: func(*testing.T, *signedFiles) {}},
		"the token is revoked": {lost: "token", do: func(t *testing.T, f *signedFiles) {
			f.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": f.tokenID})
		}},
		"the token has expired": {lost: "token", do: func(_ *testing.T, f *signedFiles) { f.advanceClock(31 * time.Minute) }},
		"the agent is deactivated": {lost: "token ben provider", do: func(t *testing.T, f *signedFiles) {
			f.admin.must(t, "agentUpdate", "", vars{"agentId": f.benID, "active": false})
		}},
		"the agent left the team": {lost: "token ben provider", do: func(t *testing.T, f *signedFiles) {
			f.admin.must(t, "teamUpdate", "", vars{"teamId": f.team, "memberIds": []string{}})
		}},
		"it went to the trash": {lost: "token ben provider", ofAdmins: true, do: func(t *testing.T, f *signedFiles) { f.trash(t) }},
		"the hour is over":     {lost: "token ben provider", ofAdmins: true, do: func(_ *testing.T, f *signedFiles) { f.advanceClock(61 * time.Minute) }},
		"it was restored": {do: func(t *testing.T, f *signedFiles) {
			f.trash(t)
			f.admin.must(t, "conversationRestore", "", vars{"conversationId": f.conversation})
		}},
		"it was purged": {lost: "token ben provider", ofAdmins: true, do: func(t *testing.T, f *signedFiles) {
			conn := connectSQL(t, f.dsn)
			for _, sql := range []string{"DELETE FROM attachment_pieces", "DELETE FROM attachment_contents", "DELETE FROM attachments"} {
				if _, err := conn.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newSignedFiles(t)
			addresses := map[string]string{"token": f.urlFor(t, f.byToken), "ben": f.urlFor(t, f.ben), "provider": f.urlFor(t, f.byProvider(t)), "admin": f.urlFor(t, f.admin)}
			for who, address := range addresses {
				if got := f.requestStatus(t, "GET", address, nil); got != http.StatusOK {
					t.Fatalf("%s gets %d", who, got)
				}
			}
			c.do(t, f)
			for who, address := range addresses {
				want := http.StatusOK
				if strings.Contains(c.lost, who) || who == "admin" && c.ofAdmins {
					want = http.StatusNotFound
				}
				for _, method := range []string{"GET", "HEAD"} {
					if got := f.requestStatus(t, method, address, nil); got != want {
						t.Errorf("%s of %s is answered %d, want %d", method, who, got, want)
					}
				}
			}
		})
	}
}

func (f *signedFiles) trash(t *testing.T) {
	t.Helper()
	f.admin.must(t, "conversationTrash", "", vars{"conversationId": f.conversation, "confirmCascade": true})
}

// TestSignedAddresses_inTheTrash: who may look at the trash gets an address there that opens.
func TestSignedAddresses_inTheTrash(t *testing.T) {
	t.Parallel()
	f := newSignedFiles(t)
	f.trash(t)
	f.advanceClock(time.Second)
	if got := f.requestStatus(t, "GET", f.urlFor(t, f.admin), nil); got != http.StatusOK {
		t.Errorf("it is answered %d", got)
	}
}

// TestSignedAddresses_toWrite: an address to upload to ends with the rights of who asked for it,
// too.
func TestSignedAddresses_toWrite(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *signedFiles){
		"revoked": func(t *testing.T, f *signedFiles) {
			f.admin.must(t, "apiTokenRevoke", "", vars{"apiTokenId": f.tokenID})
		},
		"deactivated": func(t *testing.T, f *signedFiles) {
			f.admin.must(t, "agentUpdate", "", vars{"agentId": f.benID, "active": false})
		},
		"expired": func(_ *testing.T, f *signedFiles) { f.advanceClock(31 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newSignedFiles(t)
			put := f.byToken.must(t, "attachmentCreate", "uploadUrl", vars{"fileName": "a.bin", "contentType": "text/plain", "size": 3}).str("uploadUrl")
			end(t, f)
			if got := f.requestStatus(t, "PUT", put, []byte("abc")); got != http.StatusNotFound {
				t.Errorf("it is answered %d", got)
			}
		})
	}
}
