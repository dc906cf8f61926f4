package live

import (
	"encoding/json"
	"maps"
	"time"

	"deskwire/desk"
)

// How presences travel between servers. Each server announces its own only, with a sequence number,
// so that a message that comes late or twice changes nothing. Lifetimes are told as what remains of
// them: clocks differ.

type presenceMessage struct {
	Server  string            `json:"server"`
	Hello   bool              `json:"hello,omitempty"` // the sender wants to know all presences
	Entries []json.RawMessage `json:"entries,omitempty"`
}

type wirePresenceKey struct {
	Account      desk.ID `json:"acc"`
	Conversation desk.ID `json:"cnv"`
	Agent        desk.ID `json:"agt"`
	Session      string  `json:"ses"`
}

type wirePresence struct {
	Key     wirePresenceKey    `json:"key"`
	Seq     uint64             `json:"seq"`
	Life    int64              `json:"life,omitempty"` // milliseconds; 0 is the end
	State   desk.PresenceState `json:"state,omitempty"`
	Since   int64              `json:"since,omitempty"` // Unix milliseconds
	Changed int64              `json:"changed,omitempty"`
}

func wireKeyOf(k presenceKey) wirePresenceKey {
	return wirePresenceKey{k.account, k.conversation, k.agent, k.session}
}

func (k wirePresenceKey) onServer(server string) presenceKey {
	return presenceKey{server, k.Session, k.Agent, conversationKey{k.Account, k.Conversation}}
}

func wirePresenceOf(e *sessionPresence, now time.Time) *wirePresence {
	return &wirePresence{
		Key: wireKeyOf(e.presenceKey), Seq: e.seq, Life: e.expires.Sub(now).Milliseconds(),
		State: e.state, Since: e.since.UnixMilli(), Changed: e.changed.UnixMilli(),
	}
}

// wireMessages packs announcements into as many messages as it takes.
func wireMessages(self string, hello bool, told []*wirePresence) [][]byte {
	var out [][]byte
	m := presenceMessage{Server: self, Hello: hello}
	size := 0
	flush := func() {
		if m.Hello || len(m.Entries) > 0 {
			raw, _ := json.Marshal(m) // plain values: it can't fail
			out = append(out, raw)
		}
		m, size = presenceMessage{Server: self}, 0
	}
	for _, e := range told {
		raw, _ := json.Marshal(e)
		if size += len(raw) + 1; size > MaxPayload-100 { // the envelope has less
			flush()
			size = len(raw) + 1
		}
		m.Entries = append(m.Entries, raw)
	}
	flush()
	return out
}

// TakeMessage takes a message that another server published.
func (p *Presences) TakeMessage(payload []byte) {
	var m presenceMessage
	if json.Unmarshal(payload, &m) != nil || m.Server == p.serverID {
		return
	}
	now, c := p.lockRegistry()
	defer p.unlockAndNotify(c)
	if m.Hello {
		p.syncRequested = true
		wakeWaiter(p.wakeUp)
	}
	for _, raw := range m.Entries {
		var w wirePresence
		if json.Unmarshal(raw, &w) == nil {
			p.applyEntry(c, m.Server, &w, now)
		}
	}
}

func (p *Presences) applyEntry(c *consequences, server string, w *wirePresence, now time.Time) {
	s, key := p.serverNamed(server), w.Key.onServer(server)
	e := s.here[key]
	switch {
	case e != nil && w.Seq <= e.seq, e == nil && w.Seq <= s.endSequence(key):
		return // an older message than what we know
	case w.Life <= 0 && e == nil:
		s.recordEnd(key, w.Seq)
		return
	case w.Life <= 0:
		e.seq = w.Seq
		p.removePresence(c, e)
	default:
		if e == nil {
			if p.accounts[key.account] >= maxAccountPresences {
				return
			}
			e = &sessionPresence{presenceKey: key, index: -1}
			p.addPresence(e)
		}
		e.seq, e.state = w.Seq, w.State
		e.since, e.changed = time.UnixMilli(w.Since).UTC(), time.UnixMilli(w.Changed).UTC()
		e.expires = now.Add(min(time.Duration(w.Life)*time.Millisecond, desk.PresenceTTL))
		p.schedulePresence(e)
	}
	p.notifyWatchers(c, key.conversationKey, now)
}

// otherServer is what is known of the presences of another server.
type otherServer struct {
	here map[presenceKey]*sessionPresence

	// Tombstones: what ended, with its sequence number, in this half minute and the one before. A
	// message that was overtaken by the end must not bring a presence back. Older tombstones are
	// forgotten, and all numbers up to theirs are too old; a session that lives on soon announces a
	// greater one.
	ended, endedBefore map[presenceKey]uint64
	tooOld             uint64
	rotatedAt          time.Time
}

const (
	endedRotation = 30 * time.Second
	maxEnded      = 10_000
)

func (p *Presences) serverNamed(name string) *otherServer {
	s := p.servers[name]
	if s == nil {
		if len(p.servers) >= 1000 { // each start of a server is a new name
			maps.DeleteFunc(p.servers, func(_ string, s *otherServer) bool { return len(s.here) == 0 })
		}
		s = &otherServer{here: map[presenceKey]*sessionPresence{}, ended: map[presenceKey]uint64{}, rotatedAt: time.Now()}
		p.servers[name] = s
	}
	return s
}

func (s *otherServer) endSequence(k presenceKey) uint64 {
	return max(s.tooOld, s.ended[k], s.endedBefore[k])
}

func (s *otherServer) recordEnd(k presenceKey, seq uint64) {
	if time.Since(s.rotatedAt) >= endedRotation || len(s.ended) >= maxEnded {
		for _, old := range s.endedBefore {
			s.tooOld = max(s.tooOld, old)
		}
		s.ended, s.endedBefore, s.rotatedAt = map[presenceKey]uint64{}, s.ended, time.Now()
	}
	s.ended[k] = max(seq, s.endSequence(k))
}
