package desk

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SnippetScope says who has a snippet.
type SnippetScope string

// The scopes of a snippet.
const (
	SnippetPersonal SnippetScope = "PERSONAL" // who made it
	SnippetAccount  SnippetScope = "ACCOUNT"  // everybody; admins edit it
)

// Snippet is a text to answer with, kept to be used again.
type Snippet struct {
	AccountID ID  `bun:",pk"`
	ID        ID  `bun:",pk"`
	AgentID   *ID // whose it is; nil for the account's
	Name      string
	Shortcut  *string // what is typed for it, in lower case; unique among those of one owner
	Text      string
	HTML      *string
	DeletedAt *time.Time
	Version   int
	CreatedAt time.Time
}

// MaxSnippets bounds the snippets of the account, and those of one agent.
const (
	MaxSnippets        = 1000
	maxSnippetText     = 32 << 10
	maxSnippetHTML     = 64 << 10
	maxSnippetShortcut = 50
)

// Ref is the snippet's public id.
func (s *Snippet) Ref() Ref { return Ref{Kind: KindSnippet, ID: s.ID} }

func (s *Snippet) revision() *int { return &s.Version }

func (s *Snippet) fields() []field {
	return []field{
		textField("name", s.Name), optional("shortcut", s.Shortcut), textField("text", s.Text), optional("html", s.HTML), timeField("deletedAt", s.DeletedAt),
	}
}

// Scope says who has it.
func (s *Snippet) Scope() SnippetScope {
	if s.AgentID == nil {
		return SnippetAccount
	}
	return SnippetPersonal
}

// MayEdit says whether the actor may change it: their own, admins also the account's.
func (s *Snippet) MayEdit(by *Actor) bool { return s.CheckEdit(by) == nil }

// CheckEdit refuses who may not change it.
func (s *Snippet) CheckEdit(by *Actor) error {
	if s.AgentID == nil {
		return by.CheckAdmin()
	}
	if by.Agent == nil || by.Agent.ID != *s.AgentID {
		return NotFound("snippet", "snippetId")
	}
	return by.CheckWrite()
}

// SnippetPatch says what to change of a snippet.
type SnippetPatch struct {
	Name, Text *string // nil keeps

	SetShortcut, SetHTML bool
	Shortcut, HTML       *string
}

// NewSnippet makes a snippet. Existing counts those of the same owner.
func NewSnippet(act *Act, scope SnippetScope, p SnippetPatch, existing int) (*Snippet, error) {
	s := &Snippet{AccountID: act.By.Account.ID, ID: act.NewID(), CreatedAt: act.Now}
	if scope == SnippetPersonal {
		if act.By.Agent == nil {
			return nil, NotFound("agent")
		}
		s.AgentID = &act.By.Agent.ID
	}
	if err := s.CheckEdit(act.By); err != nil {
		return nil, err
	}
	if existing >= MaxSnippets {
		return nil, Refuse(CodeLimitReached, "There are already %d snippets, which is the limit. Delete some first.", existing)
	}
	if err := s.applySnippetPatch(p); err != nil {
		return nil, err
	}
	act.recordCreated(s, SnippetCreated, "")
	return s, nil
}

// Update changes a snippet.
func (s *Snippet) Update(act *Act, p SnippetPatch) error {
	if err := s.CheckEdit(act.By); err != nil {
		return err
	}
	draft := *s
	if err := draft.applySnippetPatch(p); err != nil {
		return err
	}
	act.recordChange(s, SnippetUpdated, "", func() { *s = draft })
	return nil
}

// Delete takes a snippet away.
func (s *Snippet) Delete(act *Act) error {
	if err := s.CheckEdit(act.By); err != nil {
		return err
	}
	act.recordChange(s, SnippetDeleted, "", func() { s.DeletedAt = &act.Now })
	return nil
}

var shortcut = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

func (s *Snippet) applySnippetPatch(p SnippetPatch) (err error) {
	if p.Name != nil {
		if s.Name, err = SingleLine(*p.Name, MaxName, "name"); err != nil {
			return err
		}
	}
	if p.SetShortcut {
		if s.Shortcut, err = OptionalText(p.Shortcut, maxSnippetShortcut, "shortcut"); err != nil {
			return err
		}
		if s.Shortcut != nil {
			low := Fold(*s.Shortcut)
			if s.Shortcut = &low; !shortcut.MatchString(low) {
				return Refuse(CodeInvalidInput, "A shortcut can contain only letters, digits, - and _, and must begin with a letter or a digit.").At("shortcut")
			}
		}
	}
	if p.Text != nil {
		if s.Text, err = snippetText(*p.Text, maxSnippetText, "text"); err != nil {
			return err
		}
	}
	if p.SetHTML && p.HTML != nil && *p.HTML != "" {
		made, err := snippetText(*p.HTML, maxSnippetHTML, "html")
		if err != nil {
			return err
		}
		s.HTML = &made
	} else if p.SetHTML {
		s.HTML = nil
	}
	if strings.TrimSpace(s.Text) == "" {
		return Refuse(CodeInvalidInput, "A snippet needs a text.").At("text")
	}
	return nil
}

// SnippetVariables are what a snippet can name in braces, as in {{contact.name}}, with what stands
// there when there is nothing, as in {{contact.name|customer}}.
var SnippetVariables = []string{
	"contact.name", "contact.email", "contact.phone", "agent.name", "agent.email",
	"conversation.number", "conversation.subject", "ticket.number", "ticket.name", "account.name",
}

var variable = regexp.MustCompile(`\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}`)

func snippetText(s string, max int, path string) (string, error) {
	s, err := Text(s, max, path)
	if err != nil {
		return "", err
	}
	for _, v := range variable.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(SnippetVariables, v[1]) {
			return "", Refuse(CodeInvalidInput, "There is no variable %q. The variables are %s.", clipText(v[1]), strings.Join(SnippetVariables, ", ")).At(path)
		}
	}
	return s, nil
}

// SnippetContext is what the variables of a snippet name.
type SnippetContext struct {
	Account      *Account
	Agent        *Agent
	Conversation *Conversation
	Contact      *Contact // nil where there is none, or none that is to be named
	Ticket       *Ticket
}

// FilledSnippet is a snippet for one conversation.
type FilledSnippet struct {
	Text    string
	HTML    *string
	Missing []string // the variables that had no value and nothing to stand for it
}

// Fill puts values in the places of variables. Values are text in the HTML, too.
func (s *Snippet) Fill(c SnippetContext) *FilledSnippet {
	out := &FilledSnippet{Missing: []string{}}
	values := c.variableValues()
	fill := func(in string, escape func(string) string) string {
		return variable.ReplaceAllStringFunc(in, func(found string) string {
			v := variable.FindStringSubmatch(found)
			value := values[v[1]]
			if value == "" {
				if value = v[2]; value == "" && !slices.Contains(out.Missing, v[1]) {
					out.Missing = append(out.Missing, v[1])
				}
				return value // what the snippet itself says is HTML already
			}
			return escape(value)
		})
	}
	out.Text = fill(s.Text, func(v string) string { return v })
	if s.HTML != nil {
		made := fill(*s.HTML, html.EscapeString)
		out.HTML = &made
	}
	return out
}

func (c SnippetContext) variableValues() map[string]string {
	v := map[string]string{"account.name": c.Account.Name}
	set := func(name string, s *string) {
		if s != nil {
			v[name] = *s
		}
	}
	if a := c.Agent; a != nil {
		v["agent.name"], v["agent.email"] = a.Name, a.Email
	}
	if k := c.Contact; k != nil {
		v["contact.name"] = k.Name
		set("contact.email", k.Email)
		set("contact.phone", k.Phone)
	}
	if n := c.Conversation; n != nil {
		v["conversation.number"], v["conversation.subject"] = strconv.Itoa(n.Number), n.Subject
	}
	if t := c.Ticket; t != nil {
		v["ticket.number"], v["ticket.name"] = strconv.Itoa(t.Number), t.Name
	}
	return v
}
