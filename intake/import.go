package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// Mutation is what the log says that imported changes came from.
const Mutation = "import"

// Importer takes files into an account. It may be stopped or killed at any time and run again: each
// record is one transaction, and the key of its first message tells that it is there.
type Importer struct {
	Store   *db.Store
	Account *desk.Account
	Format  *Format
	Inbox   string         // by name; made when missing
	Channel string         // of the inbox, by name; made when missing, of kind API
	Bad     func(*BadLine) // hears of each line that can't be taken in
	Done    func(line int) // hears of each line that is done with; may be nil

	inbox   desk.ID
	channel desk.ID
	agents  map[string]*desk.Actor // by address
	tickets ticketTargets
}

// Result counts the records of a run.
type Result struct {
	Added int
	There int // that an earlier run has brought in
	Bad   int
}

// Add counts another run in.
func (r *Result) Add(o Result) {
	r.Added += o.Added
	r.There += o.There
	r.Bad += o.Bad
}

// Run takes one file in. Lines that can't be taken in are handed to Bad and left out; an
// error is a fault that has ended the run, and running again goes on from there.
func (im *Importer) Run(ctx context.Context, r io.Reader) (sum Result, err error) {
	last := 0
	for rec, err := range im.Format.Read(r) {
		added := false
		if err == nil {
			last = rec.Line
			added, err = im.importRecord(ctx, rec)
		}
		bad := badLineOf(last, err)
		switch {
		case bad != nil:
			last = bad.Line
			sum.Bad++
			im.Bad(bad)
		case err != nil:
			return sum, fmt.Errorf("stopped at line %d: %w", last, err)
		case added:
			sum.Added++
		default:
			sum.There++
		}
		if im.Done != nil {
			im.Done(last)
		}
	}
	return sum, ctx.Err()
}

// badLineOf tells what is wrong with a line from a fault of the machine, for which it is nil.
func badLineOf(line int, err error) *BadLine {
	var bad *BadLine
	var refused *desk.Error
	switch {
	case errors.As(err, &bad):
		return bad
	case errors.As(err, &refused):
		reason := strings.Replace(err.Error(), refused.Error(), refused.Message, 1)
		if len(refused.Path) > 0 {
			reason += " (" + strings.Join(refused.Path, ".") + ")"
		}
		return &BadLine{line, reason}
	}
	return nil
}

// importRecord brings one record in, and says whether it was new.
func (im *Importer) importRecord(ctx context.Context, rec *Record) (added bool, err error) {
	now := time.Now()
	if err := rec.completeTimes(now); err != nil {
		return false, &BadLine{rec.Line, err.Error()}
	}
	if rec.Thread == nil {
		err := im.inTransaction(ctx, func(ctx context.Context, t *write.Tx) (err error) {
			added, err = t.LearnContact(ctx, rec.Contact)
			return err
		})
		return added, err
	}
	s := importedRecord{Record: rec}
	if err := im.prepareReferences(ctx, &s); err != nil {
		return false, err
	}
	err = im.inTransaction(ctx, func(ctx context.Context, t *write.Tx) error {
		there, err := t.HasMessage(ctx, im.channel, rec.Thread.Utterances[0].Key)
		if added = !there; there || err != nil {
			return err
		}
		return im.writeThread(ctx, t, &s)
	})
	return added, err
}

// inTransaction runs a transaction of the import by the server itself.
func (im *Importer) inTransaction(ctx context.Context, do func(context.Context, *write.Tx) error) error {
	_, err := im.Store.Write(ctx, write.Write{By: read.Authenticated(desk.System(im.Account)), Mutation: Mutation}, do)
	return err
}
