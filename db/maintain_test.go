package db

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestRunJobs lets two and a half hours go by: a job runs at the start and at its times, one after
// the other, and one that fails is told of and tried again.
func TestRunJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran, told []string
		do := func(name string, every time.Duration, err error) job {
			return job{name, every, func(context.Context) error {
				ran = append(ran, name)
				time.Sleep(time.Minute)
				return err
			}}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		runJobs(ctx, []job{do("sweep", time.Hour, nil), do("wake", 30*time.Minute, errors.New("too early"))}, func(err error) {
			told = append(told, err.Error())
		})
		if want := []string{"sweep", "wake", "wake", "sweep", "wake", "wake", "sweep", "wake"}; !slices.Equal(ran, want) {
			t.Errorf("ran %v, want %v", ran, want)
		}
		if want := slices.Repeat([]string{"wake: too early"}, 5); !slices.Equal(told, want) {
			t.Errorf("told of %v", told)
		}
	})
}
