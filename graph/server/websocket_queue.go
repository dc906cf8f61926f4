package server

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/heap"
)

// Operations of a connection beyond those that run at once wait for their turn. A page that opens
// asks for more than that in one moment.
const (
	// operationSize is what an operation that waits costs beside its text, in bytes, and
	// maxWaitSize bounds those of one connection.
	operationSize = 1 << 10
	maxWaitSize   = 4 << 20
)

// waitingOperation is an operation that has not been looked at yet: who asks, and what they may do,
// is what it is when it begins.
type waitingOperation struct {
	op     *websocketOperation
	params *graphql.RawParams
	size   int // in bytes; what is small counts only while it waits
}

// holdWaiting counts an operation that is to wait.
func (o waitingOperation) holdWaiting(of *heap.Budget) bool {
	return o.isHeld() || o.op.request.holdBody(of).Grow(o.size)
}

// stopWaiting counts an operation that is begun no more than others that run.
func (o waitingOperation) stopWaiting() {
	if !o.isHeld() {
		o.op.request.held.body.Release()
	}
}

// isHeld says whether the operation counts from its beginning to its end.
func (o waitingOperation) isHeld() bool { return chargeable(o.size-operationSize) > 0 }

// beginOrQueue begins an operation, or has it wait behind others.
func (w *websocketConn) beginOrQueue(next waitingOperation) {
	w.mu.Lock()
	if w.running < maxRunning && len(w.waiting) == 0 {
		w.running++
		w.mu.Unlock()
		if !w.begin(next) {
			w.finishOperation()
		}
		return
	}
	var refused *gqlerror.Error
	switch {
	case w.closed || w.waitSize+next.size > maxWaitSize:
		refused = tooManyOperations()
	case !next.holdWaiting(w.memory): // others have taken it
		refused = codedError(codeOverloaded, noRoom)
	default:
		w.waiting, w.waitSize = append(w.waiting, next), w.waitSize+next.size
	}
	w.mu.Unlock()
	if refused != nil {
		next.op.request.releaseHeld()
		w.releaseID(next.op)
		w.refuseOperation(next.op, gqlerror.List{refused})
	}
}

// begin checks an operation and, if it is good, begins it. False: nothing of it runs.
func (w *websocketConn) begin(next waitingOperation) (runs bool) {
	op, s := next.op, w.currentSession()
	defer func() {
		if !runs {
			op.request.releaseHeld()
		}
	}()
	o, errs := s.checkOperation(w.ctx, op.request, next.params)
	switch {
	case len(errs) > 0:
		if w.releaseID(op) {
			w.refuseOperation(op, errs)
		}
		return false
	case o.follow != nil:
		w.startSubscription(op, o)
		return false
	}
	cancel := context.CancelFunc(func() {})
	if o.op.Operation.Operation == ast.Query {
		o.ctx, cancel = context.WithCancel(o.ctx)
	} else { // a mutation that was begun is done, also when the connection ends
		o.ctx = context.WithoutCancel(o.ctx)
	}
	w.mu.Lock()
	wanted := w.subs[op.id] == op
	op.cancel = cancel
	w.mu.Unlock()
	if !wanted {
		cancel()
		return false
	}
	w.answers.Go(func() {
		defer w.finishOperation()
		defer cancel()
		w.answerOperation(op, s, o)
	})
	return true
}

func (w *websocketConn) currentSession() *session {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.session
}

// finishOperation counts an operation off, and begins the one that has waited for longest. The last
// one lets a server go that restarts.
func (w *websocketConn) finishOperation() {
	for {
		next, leave := w.takeNext()
		switch {
		case leave != nil:
			leave()
			return
		case next == nil, w.begin(*next):
			return
		}
	}
}

// takeNext takes the next operation that waits in the place of one that has ended. When there is
// none and nothing runs, it gives what is to be called then, if anything is.
func (w *websocketConn) takeNext() (next *waitingOperation, leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) > 0 {
		one := w.waiting[0]
		w.waiting[0] = waitingOperation{}
		w.waiting, w.waitSize = w.waiting[1:], w.waitSize-one.size
		one.stopWaiting()
		return &one, nil
	}
	if w.running--; w.running == 0 {
		leave = w.leave
	}
	return nil, leave
}

// takeOperation takes an operation that the client does not want any more, with what ends it.
func (w *websocketConn) takeOperation(id string) (op *websocketOperation, cancel context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	op = w.subs[id]
	delete(w.subs, id)
	if op == nil {
		return nil, nil
	}
	w.dropWaiting(func(waiting *websocketOperation) bool { return waiting == op })
	return op, op.cancel
}

// dropWaiting forgets operations that wait. The lock is held.
func (w *websocketConn) dropWaiting(which func(*websocketOperation) bool) {
	w.waiting = slices.DeleteFunc(w.waiting, func(one waitingOperation) bool {
		drop := which(one.op)
		if drop {
			w.waitSize -= one.size
			one.op.request.releaseHeld()
		}
		return drop
	})
}
