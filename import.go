package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/schollz/progressbar/v3"

	"deskwire/intake"
)

// formatNames is what --format takes.
var formatNames = kong.Vars{"formats": strings.Join(intake.FormatNames(), ",")}

type importCommand struct {
	Account string   `required:"" placeholder:"SLUG" help:"The slug of the account to import into."`
	Format  string   `required:"" enum:"${formats}" placeholder:"FORMAT" help:"The format of the files: ${formats}."`
	Inbox   string   `default:"Imported" help:"The name of the inbox to import into; created if there is none."`
	Channel string   `default:"Imported" help:"The name of the inbox's channel to import through; created if there is none."`
	Files   []string `arg:"" optional:"" name:"file" help:"The files to import, one or more."`
}

// Help is what --help says below the first line.
func (importCommand) Help() string {
	text := "Conversations, tickets and contacts keep the times that they had. What the channel has already stays as it is, so " +
		"the command can be run again, and continues where it was stopped.\n\n" +
		"The exit status is 0 if everything was imported, 2 if lines were invalid (stderr lists them with the reason, and " +
		"the rest was imported), and 1 if the import could not continue.\n\nFormats:\n"
	for _, f := range intake.Formats {
		text += fmt.Sprintf("\n  %s: %s.", f.Name, f.About)
	}
	return text
}

// exitError ends the program with another code than 1, after its sentence.
type exitError struct {
	error
	code int
}

// Run imports the files, one after the other.
func (i importCommand) Run(ctx context.Context, s *Settings, c console) error {
	if len(i.Files) == 0 {
		return fmt.Errorf("import needs the files to read: deskwire import --account %s --format %s FILE…", i.Account, i.Format)
	}
	d, err := openDatabase(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	sum, err := i.importFiles(ctx, d, c)
	if err = errors.Join(err, d.closeDatabase()); err != nil {
		return exitError{err, 1}
	}
	_, err = fmt.Fprintf(c.out, "added: %d\nthere already: %d\nbad lines: %d\n", sum.Added, sum.There, sum.Bad)
	if err == nil && sum.Bad > 0 {
		return exitError{errors.New("some lines were invalid and were not imported; they are listed above"), 2}
	}
	return err
}

func (i importCommand) importFiles(ctx context.Context, d *database, c console) (sum intake.Result, err error) {
	account, err := d.AccountBySlug(ctx, i.Account)
	if err == nil && account == nil {
		err = fmt.Errorf("there is no account %s: create it with deskwire account", i.Account)
	}
	if err != nil {
		return sum, err
	}
	im := &intake.Importer{Store: d.Store, Account: account, Format: intake.FormatNamed(i.Format), Inbox: i.Inbox, Channel: i.Channel}
	for _, name := range i.Files {
		one, err := importFile(ctx, im, name, c.err)
		sum.Add(one)
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func importFile(ctx context.Context, im *intake.Importer, name string, log io.Writer) (sum intake.Result, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer func() { _ = f.Close() }()
	lines, err := countLines(f)
	if err != nil {
		return sum, err
	}
	p := newProgress(name, lines, log)
	im.Done = p.showCount
	im.Bad = func(bad *intake.BadLine) { p.printLine("%s:%d: %s", name, bad.Line, bad.Reason) }
	if sum, err = im.Run(ctx, f); ctx.Err() != nil {
		return sum, fmt.Errorf("%s: interrupted after %d records; run the command again to continue", name, sum.Added+sum.There)
	}
	if err != nil {
		return sum, fmt.Errorf("%s: %w; run the command again to continue", name, err)
	}
	p.printTotal(sum.Added + sum.There)
	return sum, nil
}

func countLines(f *os.File) (n int, err error) {
	buf := make([]byte, 64<<10)
	for {
		got, err := f.Read(buf)
		n += bytes.Count(buf[:got], []byte("\n"))
		if errors.Is(err, io.EOF) {
			_, err = f.Seek(0, io.SeekStart)
			return n, err
		}
		if err != nil {
			return n, err
		}
	}
}

// progress is a bar where somebody watches, and one line at the end where nobody does.
type progress struct {
	name  string
	log   io.Writer
	bar   *progressbar.ProgressBar // nil: not a terminal
	since time.Time
}

func newProgress(name string, lines int, log io.Writer) *progress {
	p := &progress{name: name, log: log, since: time.Now()}
	if isTerminal(log) {
		p.bar = progressbar.NewOptions(max(lines, 1), progressbar.OptionSetWriter(log), progressbar.OptionSetDescription(name),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(50*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) showCount(line int) {
	if p.bar != nil {
		_ = p.bar.Set(min(line, p.bar.GetMax()))
	}
}

// printLine writes a line above the bar.
func (p *progress) printLine(format string, args ...any) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	fmt.Fprintf(p.log, format+"\n", args...)
}

func (p *progress) printTotal(records int) {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	took := time.Since(p.since)
	fmt.Fprintf(p.log, "%s: %d records in %s (%.0f/s)\n", p.name, records, took.Round(time.Millisecond), float64(records)/took.Seconds())
}
