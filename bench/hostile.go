//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Hostile clients want the server to hold memory for them. Beside them colleagues work: the goal is
// that they notice little, and that the server's memory stays within its budget.

const (
	hostileGrowth   = 512 << 20 // of the server's memory over its start, at most
	hostileSlowdown = 2.0       // of the colleagues' slowest hundredth, at most
)

// hostileRun is the program as it is installed, and the account that its colleagues work in.
type hostileRun struct {
	account *benchAccount
	addr    string
	cmd     *exec.Cmd
	each    time.Duration
	http    *http.Client
}

func hostileRows(args []string) error {
	set := flag.NewFlagSet("hostile", flag.ExitOnError)
	data := set.String("data", "", "folder that keeps the seeded account for the next run; it is thrown away when not given")
	only := set.String("row", "", "one of "+hostileNames()+"; several with commas")
	each := set.Duration("each", 20*time.Second, "how long each row is measured")
	if err := set.Parse(args); err != nil {
		return err
	}
	c, err := newCluster(*data)
	if c != nil {
		defer c.close()
	}
	if err != nil {
		return err
	}
	r := &hostileRun{each: *each, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	if r.account, err = c.account(context.Background(), 10_000); err != nil {
		return err
	}
	fmt.Print("| hostile clients | colleagues' p50 | p99 | × a quiet server | refused them | server's memory at most | over its start | |\n|---|---|---|---|---|---|---|---|\n")
	for _, h := range hostileKinds {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), h.name) {
			continue
		}
		if err := r.row(h); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
	}
	fmt.Println("\n" + machineInfo())
	return nil
}

// row measures colleagues on a fresh server, first alone and then beside the hostile clients.
func (r *hostileRun) row(h hostileKind) error {
	if err := r.start(); err != nil {
		return err
	}
	defer r.stop()
	r.measure(2 * time.Second) // what is asked first is prepared
	if err := h.prepare(r); err != nil {
		return err
	}
	begin := r.memory()
	quiet := r.measure(r.each / 2)

	ctx, cancel := context.WithCancel(context.Background())
	var attack sync.WaitGroup
	var counts hostileCounts
	for i := range h.clients {
		attack.Go(func() {
			for ctx.Err() == nil && h.client(ctx, r, i, &counts) {
				counts.again.Add(1)
			}
		})
	}
	var most atomic.Int64
	sampling := make(chan struct{})
	go func() {
		defer close(sampling)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for ; ctx.Err() == nil; <-tick.C {
			most.Store(max(most.Load(), r.memory()))
		}
	}()
	attacked := r.measure(r.each)
	cancel()
	attack.Wait()
	<-sampling
	grown, slower := most.Load()-begin, float64(attacked.p99)/float64(quiet.p99)
	fmt.Printf("| %s | %.1f ms | %.1f ms | %.2f | %d of %d | %d MB | %d MB | %s |\n", h.what, ms(attacked.p50), ms(attacked.p99), slower,
		attacked.refused, attacked.asked, most.Load()>>20, grown>>20, metOrMissed(grown <= hostileGrowth && slower <= hostileSlowdown && attacked.refused == 0))
	fmt.Fprintf(os.Stderr, "%s: quiet p99 %.1f ms; %s\n", h.name, ms(quiet.p99), counts.String())
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func metOrMissed(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}

// start runs the program, built as it is installed, with its settings as they are by default.
func (r *hostileRun) start() error {
	binary := filepath.Join(os.TempDir(), fmt.Sprintf("deskwire-hostile-%d", os.Getpid()))
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	defer func() { _ = os.Remove(binary) }() // it runs on
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.addr = free.Addr().String()
	_ = free.Close()
	r.cmd = exec.Command(binary, "serve", "--addr", r.addr)
	r.cmd.Env = append(os.Environ(), "DATABASE_URL="+r.account.dsn, "BASE_URL=http://"+r.addr, "LOG_LEVEL=error",
		"AUTH_JWT_SECRET="+strings.Repeat("s", 32), "AUTH_ISSUER=bench", "AUTH_AUDIENCE=bench", "RATE_ADDRESS=0", "RATE_ACTOR=0", "RATE_ACCOUNT=0")
	r.cmd.Stderr = os.Stderr
	if err := r.cmd.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		resp, err := r.http.Get("http://" + r.addr + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	r.stop()
	return errors.New("the server is not ready after a minute")
}

func (r *hostileRun) stop() {
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	killer := time.AfterFunc(30*time.Second, func() { _ = r.cmd.Process.Kill() })
	defer killer.Stop()
	_ = r.cmd.Wait()
}

// memory is what the server's process holds.
func (r *hostileRun) memory() int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", r.cmd.Process.Pid))
	f := strings.Fields(string(text))
	if len(f) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(f[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// colleagues are agents who look at their inbox, one question behind the other.
const colleagues = 4

type colleaguesFigures struct {
	asked, refused int
	p50, p99       time.Duration
}

func (r *hostileRun) measure(d time.Duration) (f colleaguesFigures) {
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	until := time.Now().Add(d)
	for i := range colleagues {
		all.Go(func() {
			for n := i; time.Now().Before(until); n++ {
				began := time.Now()
				err := r.ask(inboxPage, map[string]any{"inbox": pickByIndex(r.account.inboxes, n)}, nil)
				mu.Lock()
				took = append(took, time.Since(began))
				if err != nil {
					f.refused++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	f.asked, f.p50, f.p99 = len(took), took[len(took)/2], took[len(took)*99/100]
	return f
}

// ask asks as a colleague, and gives the data.
func (r *hostileRun) ask(document string, variables map[string]any, data any) error {
	body, _ := json.Marshal(map[string]any{"query": document, "variables": variables}) // texts can always be written
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+r.addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.account.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	if len(answer.Errors) > 0 {
		return errors.New(answer.Errors[0].Message)
	}
	if data == nil {
		return nil
	}
	return json.Unmarshal(answer.Data, data)
}
