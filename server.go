// Deskwire is a GraphQL server for a shared customer inbox with tickets. This file starts and
// stops it; settings.go lists what can be set.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones of agents, where the machine has none

	"github.com/alecthomas/kong"

	"deskwire/db/embedded"
	"deskwire/version"
)

// commandLine is the command line: the settings, which all commands share, and the commands.
type commandLine struct {
	Settings `embed:""`
	Version  kong.VersionFlag `name:"version" help:"Print which version this is, then exit."`

	Serve         serveCommand         `cmd:"" default:"1" help:"Serve the API and the inbox page. This is the default command."`
	Migrate       migrateCommand       `cmd:"" help:"Migrate the database to this program's version, then exit."`
	Token         tokenCommand         `cmd:"" help:"Create an API token for an agent and print only the token."`
	Import        importCommand        `cmd:"" help:"Import conversations, tickets or contacts from files."`
	Seed          seedCommand          `cmd:"" help:"Create the demo in the database of DATABASE_URL (a private one has it already), or fill an account with any number of made-up conversations."`
	Epoch         epochCommand         `cmd:"" help:"After the database was put back to an earlier time by a copy of its data folder or volume: have all clients read the present state anew."`
	RotateFileKey rotateFileKeyCommand `cmd:"" help:"Have a new key sign the addresses of files."`

	Account accountCommand `cmd:"" help:"Create an account with its first admin, or show it if it exists."`

	Licenses    licensesCommand `cmd:"" help:"Print the licences of the software of others that Deskwire contains."`
	ShowVersion versionCommand  `cmd:"" name:"version" help:"Print which version this is: of the module, the commit and its date, and Go's."`
}

// console is where a command talks: results go to out, the log and errors to err.
type console struct{ out, err io.Writer }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(runProgram(ctx, os.Args[1:], console{os.Stdout, os.Stderr}))
}

// runProgram is the whole program. What goes wrong is one sentence, and 1.
func runProgram(ctx context.Context, args []string, c console) int {
	var p commandLine
	ended := -1
	parser, err := kong.New(&p,
		kong.Name("deskwire"), kong.Description("A GraphQL server for a shared customer inbox with tickets."),
		kong.Writers(c.out, c.err), kong.Exit(func(code int) { ended = code }),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 110}), kong.Vars{"dataDir": embedded.DefaultDir(), "version": version.Current().String()},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c), kong.Bind(&p.Settings), formatNames)
	if err != nil {
		panic(err) // the structs above are wrong, whatever the arguments
	}
	ignoreEmpty(parser)
	forgetSecrets, err := readSecretFiles()
	if err != nil {
		forgetSecrets()
		_, _ = fmt.Fprintln(c.err, "deskwire: "+oneLine(err))
		return 1
	}
	command, err := parser.Parse(args)
	forgetSecrets()
	if ended >= 0 { // --help or --version
		return ended
	}
	if err == nil {
		err = command.Run()
	}
	var coded exitError
	if errors.As(err, &coded) {
		_, _ = fmt.Fprintln(c.err, "deskwire: "+oneLine(err))
		return coded.code
	}
	if stopped := ctx.Err() != nil && errors.Is(err, context.Canceled); err != nil && !stopped {
		_, _ = fmt.Fprintln(c.err, "deskwire: "+oneLine(err))
		return 1
	}
	return 0
}

// ignoreEmpty takes a variable that is set to nothing as not set: that is how container
// tools say so.
func ignoreEmpty(parser *kong.Kong) {
	for _, flag := range parser.Model.Flags {
		for _, name := range flag.Envs {
			if v, set := os.LookupEnv(name); set && v == "" {
				_ = os.Unsetenv(name)
			}
		}
	}
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
