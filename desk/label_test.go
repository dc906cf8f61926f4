package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func (w *world) label(name string) *Label {
	return &Label{AccountID: w.account.ID, ID: w.id(KindLabel, name), Name: name, Color: DefaultLabelColor, Version: 1}
}

func TestLabel_refusals(t *testing.T) {
	for name, c := range map[string]struct {
		patch LabelPatch
		code  ErrorCode
		path  string
	}{
		"no name":      {LabelPatch{Name: new(" ")}, CodeInvalidInput, "name"},
		"two lines":    {LabelPatch{Name: new("a\nb")}, CodeInvalidInput, "name"},
		"a long name":  {LabelPatch{Name: new(strings.Repeat("a", 201))}, CodeTextTooLong, "name"},
		"a color word": {LabelPatch{Color: new("red")}, CodeInvalidInput, "color"},
		"a short one":  {LabelPatch{Color: new("#abc")}, CodeInvalidInput, "color"},
		"a long text":  {LabelPatch{Description: new(strings.Repeat("a", 1001))}, CodeTextTooLong, "description"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put("new", "open")
			a, l := w.act("ada"), w.label("Urgent")
			if c.patch.Name == nil {
				c.patch.Name = new("Fine")
			}
			_, made := NewLabel(a, c.patch, 0)
			for _, err := range []error{made, l.Update(a, c.patch)} {
				refused := new(Error)
				if !errors.As(err, &refused) || refused.Code != c.code || strings.Join(refused.Path, ".") != c.path {
					t.Errorf("%v", err)
				}
			}
			if len(a.Events) > 0 {
				t.Errorf("it told %v", a.Events)
			}
		})
	}
	w := newWorld()
	w.put("new", "open")
	if _, err := NewLabel(w.act("ada"), LabelPatch{Name: new("One more")}, MaxLabels); err == nil {
		t.Error("there is no limit")
	}
}

func TestLabel_colorsAreKeptSmall(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	l, err := NewLabel(w.act("ada"), LabelPatch{Name: new("Urgent"), Color: new("#FF00aa")}, 0)
	if err != nil || l.Color != "#ff00aa" {
		t.Errorf("%+v %v", l, err)
	}
}

func TestConversation_relabel(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	c, a := w.c(1), w.act("ben")
	urgent, bug, old := w.label("urgent"), w.label("bug"), w.label("old")
	old.ArchivedAt = &w.before
	c.LabelIDs = []ID{old.ID}
	if err := c.Relabel(a, []*Label{urgent, old, urgent}); err != nil {
		t.Fatal(err)
	}
	if len(c.LabelIDs) != 2 || !slices.Contains(c.LabelIDs, urgent.ID) || !slices.Contains(c.LabelIDs, old.ID) {
		t.Errorf("it has %v", c.LabelIDs)
	}
	if e := a.Events; len(e) != 1 || e[0].Kind != ConversationLabeled || len(e[0].Changes) != 1 || e[0].Changes[0].Field != "labels" {
		t.Errorf("it told %+v", e)
	}
	if err := c.Relabel(a, []*Label{old, urgent}); err != nil || len(a.Events) != 1 {
		t.Errorf("the same in another order: %v, %d events", err, len(a.Events))
	}
	if err := c.Relabel(a, []*Label{bug}); err != nil {
		t.Fatal(err)
	}
	if err := c.Relabel(a, []*Label{bug, old}); err == nil {
		t.Error("an archived label was added")
	}
	many := make([]*Label, MaxLabelsOfOne+1)
	for i := range many {
		many[i] = bug
	}
	if err := c.Relabel(a, many); err == nil {
		t.Error("there is no limit")
	}
	if err := c.Relabel(a, nil); err != nil || *a.Events[2].Changes[0].Old == "" || a.Events[2].Changes[0].New != nil {
		t.Errorf("taking all off: %v", err)
	}
}

func TestSnippet_fill(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	w.contact.Name, w.contact.Phone = `Zoë <b>"Z"</b>`, nil
	s := &Snippet{Text: "Hello {{ contact.name }}, {{contact.phone|no number}} {{contact.phone}}{{ticket.number}} {{agent.name}} {{curly}", HTML: new("<p>{{contact.name|<i>you</i>}} {{contact.phone|<i>none</i>}}</p>")}
	got := s.Fill(SnippetContext{Account: w.account, Agent: w.agents["ben"], Conversation: w.c(1), Contact: w.contact})
	if want := `Hello Zoë <b>"Z"</b>, no number  ` + w.agents["ben"].Name + " {{curly}"; got.Text != want {
		t.Errorf("%q, want %q", got.Text, want)
	}
	if want := "<p>Zoë &lt;b&gt;&#34;Z&#34;&lt;/b&gt; <i>none</i></p>"; *got.HTML != want {
		t.Errorf("%q, want %q", *got.HTML, want)
	}
	if !slices.Equal(got.Missing, []string{"contact.phone", "ticket.number"}) {
		t.Errorf("missing %v", got.Missing)
	}
	// What a value says is no variable.
	w.contact.Name = "{{agent.email}}"
	if got := (&Snippet{Text: "{{contact.name}}"}).Fill(SnippetContext{Account: w.account, Agent: w.agents["ben"], Contact: w.contact}).Text; got != "{{agent.email}}" {
		t.Error(got)
	}
}

func TestSnippet_refusals(t *testing.T) {
	for name, c := range map[string]struct {
		patch SnippetPatch
		code  ErrorCode
		path  string
	}{
		"no text":               {SnippetPatch{Text: new(" \n")}, CodeInvalidInput, "text"},
		"an unknown variable":   {SnippetPatch{Text: new("{{contact.age}}")}, CodeInvalidInput, "text"},
		"an empty variable":     {SnippetPatch{Text: new("{{}}")}, CodeInvalidInput, "text"},
		"one in the HTML":       {SnippetPatch{SetHTML: true, HTML: new("{{a}}")}, CodeInvalidInput, "html"},
		"a shortcut with space": {SnippetPatch{SetShortcut: true, Shortcut: new("a b")}, CodeInvalidInput, "shortcut"},
		"a slash":               {SnippetPatch{SetShortcut: true, Shortcut: new("/a")}, CodeInvalidInput, "shortcut"},
		"a long shortcut":       {SnippetPatch{SetShortcut: true, Shortcut: new(strings.Repeat("a", 51))}, CodeTextTooLong, "shortcut"},
		"a long text":           {SnippetPatch{Text: new(strings.Repeat("a", 32<<10+1))}, CodeTextTooLong, "text"},
		"no name":               {SnippetPatch{Name: new("")}, CodeInvalidInput, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put("new", "open")
			s, err := NewSnippet(w.act("ben"), SnippetPersonal, SnippetPatch{Name: new("Hi"), Text: new("Hi")}, 0)
			if err != nil {
				t.Fatal(err)
			}
			before, a := *s, w.act("ben")
			refused := new(Error)
			if !errors.As(s.Update(a, c.patch), &refused) || refused.Code != c.code || strings.Join(refused.Path, ".") != c.path || len(a.Events) > 0 || *s != before {
				t.Errorf("%v", refused)
			}
		})
	}
	w := newWorld()
	w.put("new", "open")
	if _, err := NewSnippet(w.act("ben"), SnippetPersonal, SnippetPatch{Name: new("Hi"), Text: new("Hi")}, MaxSnippets); err == nil {
		t.Error("there is no limit")
	}
	for _, by := range []string{"ada", "cleo"} { // nobody changes another one's, admins neither
		s := &Snippet{AgentID: &w.agents["ben"].ID, Name: "Hi", Text: "Hi"}
		if refused := new(Error); !errors.As(s.Delete(w.act(by)), &refused) || refused.Code != CodeNotFound {
			t.Errorf("%s: %v", by, refused)
		}
	}
}
