package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// job is something that has to be done from time to time, whether anybody asks or not.
type job struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

// jobs are the timed jobs of the database, which run one after the other. A new one, such as waking
// what was snoozed, is a method of Store in the file of its noun that does the work once, and a
// line here.
//
// Every server runs all of them, maybe at the same moment, so a job has to take locks, or be
// harmless when it is done twice. What it changes goes through Store.Write with desk.System as the
// actor, as Purge shows. What can't wait for the others, or comes every few seconds, has a loop of
// its own: KeepAnalyzed, KeepHandedOn and KeepSearch.
func (s *Store) jobs(every, keep time.Duration) []job {
	purge := job{"purge the trash", every, func(ctx context.Context) error { _, err := s.Purge(ctx); return err }}
	if s.fixedTables {
		return []job{purge, {"look for partitions of the log", every, s.CheckPartitions}}
	}
	return []job{purge, {"make and drop partitions of the log", every, func(ctx context.Context) error {
		var over time.Time
		if keep > 0 {
			over = time.Now().UTC().Add(-keep)
		}
		return s.KeepPartitions(ctx, over)
	}}}
}

// Maintain runs the timed jobs until the context ends. What happened longer than keep ago is
// forgotten by months; zero keeps it all. A job that fails is told and tried again when its time
// comes.
func (s *Store) Maintain(ctx context.Context, every, keep time.Duration, failed func(error)) {
	jobs := s.jobs(every, keep)
	for i, j := range jobs {
		jobs[i] = s.noted(j)
	}
	runJobs(ctx, jobs, failed)
}

// noted is a job that leaves for FailingJobs how it has ended.
func (s *Store) noted(j job) job {
	run := j.run
	j.run = func(ctx context.Context) error {
		err := run(ctx)
		if ctx.Err() == nil {
			s.noteJob(j.name, err)
		}
		return err
	}
	return j
}

// noteJob notes how a job has ended, for FailingJobs.
func (s *Store) noteJob(name string, err error) {
	s.jobsLock.Lock()
	defer s.jobsLock.Unlock()
	if err == nil {
		delete(s.failing, name)
		return
	}
	if s.failing == nil {
		s.failing = map[string]time.Time{}
	}
	if _, known := s.failing[name]; !known {
		s.failing[name] = time.Now()
	}
}

// FailingJobs says of each timed job that failed when it last ran since when it fails, in words
// without anything that people have written.
func (s *Store) FailingJobs() (all []string) {
	s.jobsLock.Lock()
	defer s.jobsLock.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.failing)) {
		all = append(all, fmt.Sprintf("the job to %s has failed since %s: see the log", name, s.failing[name].UTC().Format(time.RFC3339)))
	}
	return all
}

// runJobs runs each job at once, and again whenever its time has come. They run one after the
// other, in their order.
func runJobs(ctx context.Context, jobs []job, failed func(error)) {
	due := make([]time.Time, len(jobs))
	for ctx.Err() == nil {
		for i, j := range jobs {
			now := time.Now()
			if now.Before(due[i]) {
				continue
			}
			due[i] = now.Add(j.every)
			if err := j.run(ctx); err != nil && ctx.Err() == nil {
				failed(fmt.Errorf("%s: %w", j.name, err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(slices.MinFunc(due, time.Time.Compare))):
		}
	}
}
