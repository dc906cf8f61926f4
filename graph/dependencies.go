package graph

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"sync"
	"time"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/live"
)

// dependencies are what a live payload has read: when something happens to any of it, the payload
// may look different.
type dependencies struct {
	mu     sync.Mutex
	deps   map[live.Dependency]struct{}
	shared *sharedReads
}

func (d *dependencies) addDependency(dep live.Dependency) {
	d.mu.Lock()
	d.deps[dep] = struct{}{}
	d.mu.Unlock()
}

// remove takes back that something is shown.
func (d *dependencies) remove(dep live.Dependency) {
	d.mu.Lock()
	delete(d.deps, dep)
	d.mu.Unlock()
}

func (d *dependencies) snapshot() []live.Dependency {
	d.mu.Lock()
	defer d.mu.Unlock()
	deps := make([]live.Dependency, 0, len(d.deps))
	for dep := range d.deps {
		deps = append(deps, dep)
	}
	return deps
}

// addList adds that the payload shows a list of records of a kind, that of a whole account or that
// below a record.
func (l *loaders) addList(parent desk.Kind, id desk.ID, of desk.Kind) {
	switch {
	case l.dependencies == nil:
	case parent == desk.KindAccount:
		l.dependencies.addDependency(live.Dependency{Kind: of})
	case parent == desk.KindTicket: // events of its conversations name it
		l.dependencies.addDependency(live.Dependency{Kind: parent, ID: id})
	default:
		l.dependencies.addDependency(live.Dependency{Kind: parent, ID: id, List: true})
	}
}

// sharedLoader is the loader of that name, made by who asks for it first.
func sharedLoader[K comparable, V any](s *sharedReads, name string, by *desk.Actor, fetch func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaders[name] == nil {
		s.loaders[name] = newLoader(by, fetch)
	}
	return s.loaders[name].(*loader[K, V])
}

// payingReader is the reader of the payload that asks a shared loader: what is read is on its
// budget, whoever made the loader.
func payingReader(ctx context.Context) *read.Reader { return ExecutionOf(ctx).Reader }

// readThrough reads by a loader instead of the database.
func readThrough[K comparable, V any](from *loader[K, V]) func(context.Context, []K) (map[K]V, error) {
	return func(ctx context.Context, keys []K) (map[K]V, error) {
		out := make(map[K]V, len(keys))
		for i, a := range from.loadAll(ctx, keys) {
			v, err := a.await(ctx)
			if err != nil {
				return nil, err
			}
			if a.found {
				out[keys[i]] = v
			}
		}
		return out, nil
	}
}

// privateKinds are of the viewer alone, and not to be shared with others who see the same inboxes.
var privateKinds = map[desk.Kind]bool{
	desk.KindPropertyLayout: true, desk.KindToken: true, desk.KindAttachment: true, desk.KindEvent: true, desk.KindSnippet: true, desk.KindInboxView: true,
}

// recordLoader is a loader of records of a kind.
func recordLoader[V any](
	f *dependencies, k desk.Kind, r *read.Reader, get func(*read.Reader, context.Context, []desk.ID) (map[desk.ID]V, error),
) *loader[desk.ID, V] {
	by := r.Actor()
	fetch := func(ctx context.Context, ids []desk.ID) (map[desk.ID]V, error) { return get(r, ctx, ids) }
	if f == nil {
		return newLoader(by, fetch)
	}
	shared := func(ctx context.Context, ids []desk.ID) (map[desk.ID]V, error) {
		return get(payingReader(ctx), ctx, ids)
	}
	switch {
	case k == desk.KindEvent:
		fetch = sharedUnlessPrivate(fetch, readThrough(sharedLoader(f.shared, string(k), by, shared)))
	case !privateKinds[k]:
		fetch = readThrough(sharedLoader(f.shared, string(k), by, shared))
	}
	l := newLoader(by, fetch)
	switch k {
	case desk.KindEvent: // what has happened does not change
	case desk.KindMessage: // nor what was written; how far it has come is an event of its conversation
		l.fetch = func(ctx context.Context, ids []desk.ID) (map[desk.ID]V, error) {
			for _, id := range ids {
				f.addDependency(live.Dependency{Kind: k, ID: id})
			}
			return fetch(ctx, ids)
		}
	default:
		l.onKey = func(id desk.ID) { f.addDependency(live.Dependency{Kind: k, ID: id}) }
	}
	return l
}

// sharedUnlessPrivate reads events once for all viewers who see the same. Those of what is
// somebody's own, and those that the one who read them may not see, are the viewer's to ask for.
func sharedUnlessPrivate[V any](own, shared func(context.Context, []desk.ID) (map[desk.ID]V, error)) func(context.Context, []desk.ID) (map[desk.ID]V, error) {
	return func(ctx context.Context, ids []desk.ID) (map[desk.ID]V, error) {
		found, err := shared(ctx, ids)
		if err != nil {
			return nil, err
		}
		var mine []desk.ID
		for _, id := range ids {
			if e, ok := any(found[id]).(*desk.Event); !ok || e == nil || privateKinds[e.EntityKind] {
				delete(found, id)
				mine = append(mine, id)
			}
		}
		if len(mine) == 0 {
			return found, nil
		}
		rest, err := own(ctx, mine)
		maps.Copy(found, rest)
		return found, err
	}
}

// recordList is a small list of records of a kind.
func recordList[V any](
	f *dependencies, k desk.Kind, r *read.Reader, id func(V) desk.ID, load func(*read.Reader, context.Context) ([]V, error),
) *wholeList[V] {
	by := r.Actor()
	fetch := func(ctx context.Context) ([]V, error) { return load(r, ctx) }
	if f == nil {
		return newWholeList(by, id, fetch)
	}
	if !privateKinds[k] {
		all := readThrough(sharedLoader(f.shared, "all "+string(k), by, func(ctx context.Context, _ []desk.Kind) (map[desk.Kind][]V, error) {
			found, err := load(payingReader(ctx), ctx)
			return map[desk.Kind][]V{k: found}, err
		}))
		fetch = func(ctx context.Context) ([]V, error) {
			found, err := all(ctx, []desk.Kind{k})
			return found[k], err
		}
	}
	w := newWholeList(by, id, fetch)
	w.onID = func(id desk.ID) {
		f.addDependency(live.Dependency{Kind: k, ID: id})
		if k == desk.KindPipeline { // its statuses are part of it
			f.addDependency(live.Dependency{Kind: desk.KindStatus})
		}
	}
	return w
}

// asksForViewer finds the comparator isViewer in a filter.
var asksForViewer = regexp.MustCompile(`"IsViewer":(true|false)`)

// sharedPages reads pages of lists, in a live payload those with the same arguments once a tick.
func sharedPages[V any](
	l *loaders, args []any, load func(context.Context, *read.Reader, []desk.ID) (map[desk.ID]*read.Page[V], error),
) pager[desk.ID, V] {
	own := func(ctx context.Context, parents []desk.ID) (map[desk.ID]*read.Page[V], error) {
		return load(ctx, l.readerWithJoins(ctx), parents)
	}
	if l.dependencies == nil {
		return own
	}
	name, err := json.Marshal(args)
	if err != nil {
		return own
	}
	if asksForViewer.Match(name) && l.by.Agent != nil { // what it finds is another one's for another viewer
		name = append(name, l.by.Agent.ID[:]...)
	}
	pages := readThrough(sharedLoader(l.dependencies.shared, string(name), l.by, func(ctx context.Context, parents []desk.ID) (map[desk.ID]*read.Page[V], error) {
		return load(ctx, payingReader(ctx), parents)
	}))
	return func(ctx context.Context, parents []desk.ID) (map[desk.ID]*read.Page[V], error) {
		found, err := pages(ctx, parents)
		return read.MapPages(found, func(v V) V { return v }), err // the page is others' too
	}
}

// sharedReadCache coalesces the reads of payloads: it keeps what has been read at the present tick,
// by the visibility of the viewers.
type sharedReadCache struct {
	mu    sync.Mutex
	tick  uint64
	since time.Time
	reads map[string]*sharedReads
}

// sharedFor bounds how long what was read is kept when nothing happens.
const sharedFor = time.Second

func (v *sharedReadCache) readsAt(tick uint64, visibility string) *sharedReads {
	v.mu.Lock()
	defer v.mu.Unlock()
	if now := time.Now(); v.reads == nil || tick > v.tick || now.Sub(v.since) > sharedFor {
		v.tick, v.since, v.reads = max(tick, v.tick), now, map[string]*sharedReads{}
	}
	if tick < v.tick { // a payload that began before: it must not fill the present with the past
		return &sharedReads{loaders: map[string]any{}}
	}
	if v.reads[visibility] == nil {
		v.reads[visibility] = &sharedReads{loaders: map[string]any{}}
	}
	return v.reads[visibility]
}

// sharedReads is what has been read at one tick by viewers who see the same. However many payloads
// show a record then, it is read once.
type sharedReads struct {
	mu      sync.Mutex
	loaders map[string]any
}
