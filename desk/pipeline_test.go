package desk

import (
	"fmt"
	"strings"
	"testing"
)

// order writes a pipeline's statuses in their order, "-" before the archived ones; positions must
// agree.
func order(t *testing.T, p *Pipeline) string {
	t.Helper()
	var out []string
	for i, s := range p.Statuses {
		if s.Position != i || s.PipelineID != p.ID {
			t.Errorf("%s has the position %d, want %d", s.Name, s.Position, i)
		}
		if s.ArchivedAt != nil {
			out = append(out, "-"+s.Name)
		} else {
			out = append(out, s.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestPipelineCreate(t *testing.T) {
	both := []StatusInput{{"New", StateOpen}, {"Done", StateClosed}}
	many := make([]StatusInput, MaxStatuses+1)
	for i := range many {
		many[i] = StatusInput{fmt.Sprint(i), []StatusState{StateOpen, StateClosed}[i%2]}
	}
	for _, c := range []struct {
		name, label string
		position    int
		statuses    []StatusInput
		code        ErrorCode
		path        string
	}{
		{name: "pipeline/one open and one closed status are enough", label: "Sales", statuses: both},
		{name: "pipeline/as many as there may be", label: "Sales", position: MaxPipelines - 1, statuses: many[:MaxStatuses]},
		{name: "pipeline/no closed status", label: "Sales", statuses: both[:1], code: CodeLastStatus, path: "statuses"},
		{name: "pipeline/no open status", label: "Sales", statuses: both[1:], code: CodeLastStatus, path: "statuses"},
		{name: "pipeline/no status", label: "Sales", code: CodeLastStatus, path: "statuses"},
		{name: "pipeline/no name", label: "", statuses: both, code: CodeInvalidInput, path: "name"},
		{name: "pipeline/a status without a name", label: "Sales", statuses: append(both, StatusInput{"", StateOpen}), code: CodeInvalidInput, path: "name"},
		{name: "pipeline/too many statuses", label: "Sales", statuses: many, code: CodeLimitReached},
		{name: "pipeline/too many pipelines", label: "Sales", position: MaxPipelines, statuses: both, code: CodeLimitReached},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			a := w.act("ada")
			p, err := NewPipeline(a, c.label, c.position, c.statuses)
			if c.code != "" {
				mustRefuse(t, err, c.code, c.path)
				return
			}
			if err != nil || len(p.Statuses) != len(c.statuses) || len(a.Events) != 1+len(c.statuses) || len(a.Touched()) != len(a.Events) {
				t.Fatalf("made %+v, %v, told %q", p, err, w.told(a))
			}
			order(t, p)
			for i, s := range p.Statuses {
				if s.Name != c.statuses[i].Name || s.State != c.statuses[i].State {
					t.Errorf("made %+v", s)
				}
			}
			w.mustReplay(t, a, map[Ref]map[string]string{})
		})
	}
}

func TestPipelineStatuses(t *testing.T) {
	watch := func(w *world) {
		w.watch(w.pipeline)
		watchStatuses(w)
	}
	change := func(status string, name *string, position *int) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.pipeline.UpdateStatus(a, w.status[status], name, position) }
	}
	archive := func(statuses ...string) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			for _, s := range statuses {
				if err := w.pipeline.ArchiveStatus(a, w.status[s]); err != nil {
					return err
				}
			}
			return nil
		}
	}
	add := func(position *int) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			_, err := w.pipeline.AddStatus(a, StatusInput{"later", StateOpen}, position)
			return err
		}
	}
	stands := func(want string) func(*testing.T, *world, *Act, error) {
		return func(t *testing.T, w *world, _ *Act, _ error) {
			if got := order(t, w.pipeline); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	const before = "new waiting -old closed done -oldClosed"
	run(t, []play{
		{name: "status/renamed", by: "ada", in: watch, do: change("waiting", new("wait"), nil), told: "TICKET_STATUS_UPDATED waiting: name waiting>wait", check: stands("new wait -old closed done -oldClosed")},
		{name: "status/moved to the front", by: "ada", in: watch, do: change("waiting", nil, new(0)), check: stands("waiting new -old closed done -oldClosed"),
			told: "TICKET_STATUS_UPDATED waiting: position 1>0\nTICKET_STATUS_UPDATED new: position 0>1"},
		{name: "status/moved back", by: "ada", in: watch, do: change("new", nil, new(3)), check: stands("waiting -old closed new done -oldClosed"),
			told: "TICKET_STATUS_UPDATED waiting: position 1>0\nTICKET_STATUS_UPDATED old: position 2>1\nTICKET_STATUS_UPDATED closed: position 3>2\nTICKET_STATUS_UPDATED new: position 0>3"},
		{name: "status/moved past the end is moved to the end", by: "ada", in: watch, do: change("done", nil, new(99)), check: stands("new waiting -old closed -oldClosed done"),
			told: "TICKET_STATUS_UPDATED oldClosed: position 5>4\nTICKET_STATUS_UPDATED done: position 4>5"},
		{name: "status/moved before the front is moved to the front", by: "ada", in: watch, do: change("waiting", nil, new(-1)), check: stands("waiting new -old closed done -oldClosed"),
			told: "TICKET_STATUS_UPDATED waiting: position 1>0\nTICKET_STATUS_UPDATED new: position 0>1"},
		{name: "status/as it is", by: "ada", in: watch, do: change("waiting", new("waiting"), new(1)), check: stands(before)},
		{name: "status/no name", by: "ada", in: watch, do: change("waiting", new(""), new(0)), refused: CodeInvalidInput, path: "name", check: stands(before)},
		{name: "status/archived", by: "ada", in: watch, do: archive("waiting"), told: "TICKET_STATUS_ARCHIVED waiting: archivedAt nil>now", check: stands("new -waiting -old closed done -oldClosed")},
		{name: "status/archived already", by: "ada", in: watch, do: archive("old")},
		{name: "status/the last open one can't go", by: "ada", in: func(w *world) {
			watch(w)
			w.status["waiting"].ArchivedAt = &w.before
		}, do: archive("new"), refused: CodeLastStatus},
		{name: "status/the last closed one can't go", by: "ada", in: func(w *world) {
			watch(w)
			w.status["closed"].ArchivedAt = &w.before
		}, do: archive("done"), refused: CodeLastStatus},
		{name: "status/added at the end", by: "ada", in: watch, do: add(nil), told: "TICKET_STATUS_CREATED new-sts", check: stands(before + " later")},
		{name: "status/added in between", by: "ada", in: watch, do: add(new(4)), check: stands("new waiting -old closed later done -oldClosed"),
			told: "TICKET_STATUS_CREATED new-sts\nTICKET_STATUS_UPDATED new-sts: position 6>4\nTICKET_STATUS_UPDATED done: position 4>5\nTICKET_STATUS_UPDATED oldClosed: position 5>6"},
		{name: "status/one too many", by: "ada", in: func(w *world) {
			for len(w.pipeline.Statuses) < MaxStatuses {
				w.pipeline.Statuses = append(w.pipeline.Statuses, w.status["done"])
			}
		}, do: add(nil), refused: CodeLimitReached},
	})
}

func TestPipeline(t *testing.T) {
	watch := func(w *world) { w.watch(w.pipeline) }
	rename := func(name string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.pipeline.Rename(a, name) }
	}
	archive := func(left int) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.pipeline.Archive(a, left) }
	}
	run(t, []play{
		{name: "pipeline/renamed", by: "ada", in: watch, do: rename("Sales"), told: "PIPELINE_UPDATED pipeline: name pipeline>Sales"},
		{name: "pipeline/the same name", by: "ada", in: watch, do: rename("pipeline")},
		{name: "pipeline/an empty name", by: "ada", in: watch, do: rename(" "), refused: CodeInvalidInput, path: "name"},
		{name: "pipeline/a name that is too long", by: "ada", in: watch, do: rename(strings.Repeat("x", MaxName+1)), refused: CodeTextTooLong, path: "name"},
		{name: "pipeline/archived", by: "ada", in: watch, do: archive(1), told: "PIPELINE_ARCHIVED pipeline: archivedAt nil>now"},
		{name: "pipeline/the last one can't go", by: "ada", in: watch, do: archive(0), refused: CodeLimitReached},
		{name: "pipeline/archived already", by: "ada", in: func(w *world) {
			watch(w)
			w.pipeline.ArchivedAt = &w.before
		}, do: archive(0)},
	})
	t.Run("pipeline/the first status of a state is one in use", func(t *testing.T) {
		w := newWorld()
		if w.pipeline.First(StateOpen) != w.status["new"] || w.pipeline.First(StateClosed) != w.status["closed"] {
			t.Error("not the first")
		}
		w.status["new"].ArchivedAt, w.status["waiting"].ArchivedAt = &w.before, &w.before
		if got := w.pipeline.First(StateOpen); got != nil {
			t.Errorf("got %v", got)
		}
	})
}
